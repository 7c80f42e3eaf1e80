// Recipes all the way to checked networks.
#include "belamy/recipe/builtin.h"
#include "belamy/recipe/recipe.h"
#include "tests/fuzz/target.h"

namespace belamy::testing {
namespace {

using Input = std::span<const uint8_t>;

constexpr const char* kSmallRecipe = R"(name = "small" # as short as one can be
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

constexpr const char* kImageRecipe = R"([data]
name = "mnist"
[generator]
layers = [ { type = "dense", units = 784 }, "batch_norm", { type = "reshape", shape = [1, 28, 28] },
  { type = "conv", filters = 2, kernel = [3, 3], padding = "same" }, { type = "upsample", factor = 2 }, "max_pool",
  { type = "conv_transpose", filters = 1, kernel = 3, padding = "same", activation = "tanh" } ]
[discriminator]
layers = [ { type = "zero_pad", padding = 1 }, { type = "crop", cropping = [1, 1] }, "flatten",
  { type = "dropout", rate = 0.1 }, { type = "dense", units = 1 } ]
[train]
epochs = 1
)";

bool takes_recipe(Input bytes) {
  return parses({ErrorKind::kRecipe, ErrorKind::kShape, ErrorKind::kUsage, ErrorKind::kIo}, [&] {
    const Recipe recipe = parse_recipe(as_text(bytes), "fuzz.toml", {}, "/nonexistent");
    const std::string text = recipe_toml(recipe);
    require(recipe_toml(parse_recipe(text, "again.toml")) == text, "recipe: resolved otherwise");
    if (recipe.data.is_by_path() || !recipe.data.partner.empty()) return;  // no files are opened
    check_recipe(recipe, recipe_sample_shape(recipe));
  });
}

std::vector<FuzzBytes> recipe_seeds() {
  std::vector<FuzzBytes> seeds = {as_bytes(kSmallRecipe), as_bytes(kImageRecipe)};
  for (const BuiltinRecipe& builtin : builtin_recipes()) seeds.push_back(as_bytes(builtin.text));
  return seeds;
}

}  // namespace

std::vector<FuzzTarget> recipe_targets() {
  return {{"recipe", takes_recipe, recipe_seeds}};
}

}  // namespace belamy::testing
