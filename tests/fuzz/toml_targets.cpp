// TOML and `--set`, before they mean anything.
#include "belamy/core/config_value.h"
#include "belamy/recipe/toml_reader.h"
#include "tests/fuzz/target.h"

namespace belamy::testing {
namespace {

using Input = std::span<const uint8_t>;

constexpr const char* kRecipe = R"(name = "small" # as short as one can be
game.latent_size = 4
[data]
name = "ring"
[generator]
layers = [ { type = "dense", units = 0x2, activation = "tanh" } ]
[discriminator]
layers = [ { type = "dense", units = 1, kernel_initializer = { type = "random_normal" } } ]
optimizer = { type = "sgd", learning_rate = 1e-1 }
[train]
steps = 1_0
)";

int depth(const ConfigValue& value) {
  int deepest = 0;
  if (const auto* entries = value.array()) {
    for (const ConfigValue& entry : *entries) deepest = std::max(deepest, depth(entry));
  }
  if (const auto* members = value.table()) {
    for (const ConfigMember& member : *members) deepest = std::max(deepest, depth(member.value));
  }
  return deepest + 1;
}

bool takes_toml(Input bytes) {
  return parses({ErrorKind::kRecipe}, [&] {
    ConfigValue tree = parse_toml(as_text(bytes), "fuzz.toml");
    require(depth(tree) < 1000, "TOML: too deep");
    merge(tree, parse_toml(as_text(bytes), "fuzz.toml"));
  });
}

std::vector<FuzzBytes> toml_seeds() {
  return {as_bytes(kRecipe),
          as_bytes("a.\"b\".c = [1, 2.5, true]\n[t.u]\nv = '''x'''\nw = \"\\u00e4\\n\"\n[[l]]\nk = "
                   "{ m = 0b1, n = inf }\n")};
}

// The first line is the argument of --set, what follows the recipe.
bool takes_set(Input bytes) {
  return parses({ErrorKind::kRecipe}, [&] {
    const std::string text = as_text(bytes);
    const size_t end = std::min(text.find('\n'), text.size());
    ConfigValue tree = parse_toml(text.substr(std::min(end + 1, text.size())), "fuzz.toml");
    apply_override(tree, text.substr(0, end));
    require(depth(tree) < 1000, "--set: too deep");
  });
}

std::vector<FuzzBytes> set_seeds() {
  return {as_bytes(std::string("train.steps=7\n") + kRecipe),
          as_bytes(std::string("generator.layers.1.units=512\n") + kRecipe),
          as_bytes(std::string("optimizer.type=adam\n") + kRecipe),
          as_bytes("a.b.c=[1, { x = \"y\" }]\na.b.d = 1\n")};
}

}  // namespace

std::vector<FuzzTarget> toml_targets() {
  return {{"toml", takes_toml, toml_seeds}, {"set", takes_set, set_seeds}};
}

}  // namespace belamy::testing
