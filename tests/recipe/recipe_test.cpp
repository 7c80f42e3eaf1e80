#include "belamy/recipe/recipe.h"

#include "belamy/core/file.h"
#include "belamy/core/rng.h"
#include "belamy/recipe/builtin.h"
#include "tests/support/errors.h"
#include "tests/support/temporary_folder.h"

namespace belamy {
namespace {

using testing::error_of;
using testing::expect_error;
using testing::TemporaryFolder;

const char* const kMinimal = R"(
[data]
name = "ring"
[generator]
layers = [
  { type = "dense", units = 2 },
]
[discriminator]
layers = [
  { type = "dense", units = 1 },
]
[train]
steps = 10
)";

std::string with_line(const std::string& text, const std::string& line) {
  return text + line + "\n";
}

void expect_error(const std::string& text, const std::string& message,
                  const std::vector<std::string>& overrides = {}) {
  EXPECT_EQ(error_of(ErrorKind::kRecipe, [&] { parse_recipe(text, "my.toml", overrides); }),
            "[recipe] " + message);
}

TEST(Recipe, every_built_in_recipe_is_valid_and_its_networks_fit_its_data) {
  for (const BuiltinRecipe& builtin : builtin_recipes()) {
    SCOPED_TRACE(builtin.name);
    const Recipe recipe = load_recipe(builtin.name);
    EXPECT_FALSE(recipe.description.empty());
    EXPECT_NO_THROW(check_recipe(recipe, recipe_sample_shape(recipe)));
  }
}

TEST(Recipe, any_seed_takes_any_image_data_loss_and_optimizer) {
  for (const char* name :
       {"s0-dcgan-sgd", "s1-mlp", "s2-dcgan-transpose", "s3-scratch", "s4-dcgan-rmsprop"}) {
    for (const char* data : {"mnist", "fashion-mnist"}) {
      for (const char* loss : {"minimax", "non_saturating"}) {
        for (const char* optimizer : {"sgd", "adam", "rmsprop"}) {
          const Recipe recipe =
              load_recipe(name, {std::string("data.name=") + data, std::string("loss.name=") + loss,
                                 std::string("optimizer.type=") + optimizer});
          EXPECT_EQ(recipe.data.name, data);
          EXPECT_NO_THROW(check_recipe(recipe, {1, 28, 28}));
        }
      }
    }
  }
}

TEST(Recipe, the_resolved_text_reads_back_as_itself) {
  for (const BuiltinRecipe& builtin : builtin_recipes()) {
    SCOPED_TRACE(builtin.name);
    const std::string once = recipe_toml(load_recipe(builtin.name));
    EXPECT_EQ(recipe_toml(parse_recipe(once, "x.toml")), once);
  }
}

TEST(Recipe, without_a_name_is_called_by_its_file) {
  for (const char* name : {"", "name = \"\"\n"}) {
    const Recipe recipe = parse_recipe(name + std::string("extends = \"ring\""), "mine.toml");
    EXPECT_EQ(recipe.name, "mine");
    EXPECT_EQ(parse_recipe(recipe_toml(recipe), "other.toml").name, "mine");
  }
}

// Run folders are called after it.
TEST(Recipe, a_name_that_could_lead_to_another_folder_is_refused) {
  for (const std::string name : {"../up", "/etc/x", "a/b", ".hidden", "a\\n", "a\\u0000b"}) {
    expect_error(ErrorKind::kRecipe, {"name", "'/'", "mine.toml:1"},
                 [&] { parse_recipe("name = \"" + name + "\"\nextends = \"ring\"", "mine.toml"); });
  }
}

TEST(Recipe, an_unknown_key_names_line_and_the_nearest_key) {
  expect_error(with_line(kMinimal, "batch_sise = 3"),
               "train.batch_sise is not a known key; did you mean 'batch_size'? (my.toml:14)");
}

TEST(Recipe, a_value_out_of_range_names_the_range) {
  expect_error(with_line(kMinimal, "batch_size = 0"),
               "train.batch_size must be 1..65536, got 0 (my.toml:14)");
}

TEST(Recipe, a_wrong_type_names_both) {
  expect_error(with_line(kMinimal, "batch_size = \"many\""),
               "train.batch_size must be an integer, 1..65536, got \"many\" (my.toml:14)");
}

TEST(Recipe, an_unknown_layer_names_the_nearest) {
  expect_error("[generator]\nlayers = [\n  { type = \"dens\", units = 2 },\n]\n[train]\nsteps = 1",
               "generator.layers[1].type cannot be 'dens'; did you mean 'dense'? (my.toml:3)");
}

TEST(Recipe, what_is_not_toml_names_the_line) {
  const std::string message =
      error_of(ErrorKind::kRecipe, [] { parse_recipe("[data]\nname = = 3", "my.toml"); });
  EXPECT_NE(message.find("not valid TOML"), std::string::npos) << message;
  EXPECT_NE(message.find("(my.toml:2)"), std::string::npos) << message;
}

TEST(Recipe, a_shape_that_does_not_fit_names_layer_and_line) {
  const Recipe recipe = parse_recipe(kMinimal, "my.toml", {"generator.layers.1.units=3"});
  EXPECT_EQ(error_of(ErrorKind::kShape, [&] { check_recipe(recipe, {2}); }),
            "[shape] the generator makes 3, the data are 2 (my.toml:6)");
}

TEST(Recipe, its_length_is_steps_or_epochs_but_not_both) {
  expect_error("[train]\nseed = 1", "train needs either steps or epochs, got neither (my.toml:1)");
  expect_error(with_line(kMinimal, "epochs = 2"),
               "train needs either steps or epochs, got steps = 10 and epochs = 2; set one of them "
               "to 0 (my.toml:12)");
  const Recipe recipe = parse_recipe(kMinimal, "my.toml", {"train.epochs=2"});
  EXPECT_EQ(recipe.train.steps, 0);
  EXPECT_EQ(total_steps(recipe, 640), 20);
}

TEST(Recipe, overrides_reach_tables_lists_and_types) {
  const Recipe recipe = parse_recipe(
      kMinimal, "my.toml",
      {"optimizer.learning_rate=0.5", "optimizer.type=sgd", "loss.name=minimax",
       "generator.layers.1.activation={type=\"leaky_relu\", alpha=0.1}", "data.range=[0, 1]"});
  EXPECT_EQ(std::get<SgdOptions>(recipe.optimizer).learning_rate, 0.5);
  EXPECT_EQ(recipe.loss.name, "minimax");
  const auto& dense = std::get<DenseOptions>(recipe.generator.layers[0]);
  EXPECT_EQ(std::get<LeakyRelu>(dense.activation).alpha, 0.1);
  EXPECT_EQ(recipe.data.range, (std::vector<double>{0, 1}));
}

TEST(Recipe, a_broken_override_names_itself) {
  expect_error(kMinimal, "train.batch_size must be 1..65536, got 0 (--set train.batch_size=0)",
               {"train.batch_size=0"});
  expect_error(kMinimal, "--set takes path=value, for example train.steps=1000, got 'steps'",
               {"steps"});
  expect_error(kMinimal, "'7' must be an entry 1..1 of the list (--set generator.layers.7.units=3)",
               {"generator.layers.7.units=3"});
  expect_error(kMinimal,
               "optimizer.typo is not a known key; did you mean 'type'? (--set optimizer.typo=1)",
               {"optimizer.type=adam", "optimizer.typo=1"});
}

TEST(Recipe, extends_takes_a_builtin_or_a_file_beside_it) {
  const TemporaryFolder folder;
  write_file_atomically(folder / "base.toml",
                        std::string_view("extends = \"ring\"\n[train]\nsteps = 7\n"));
  write_file_atomically(
      folder / "top.toml",
      std::string_view("extends = \"./base.toml\"\n[optimizer]\ntype = \"rmsprop\"\n"));
  const Recipe recipe = load_recipe(folder / "top.toml");
  EXPECT_EQ(recipe.name, "top");
  EXPECT_EQ(recipe.train.steps, 7);
  EXPECT_EQ(recipe.data.name, "ring");
  // Another type starts from its own defaults, not from the Adam beneath.
  EXPECT_EQ(std::get<RmspropOptions>(recipe.optimizer).learning_rate, 0.001);
}

TEST(Recipe, a_circle_of_extends_is_refused) {
  const TemporaryFolder folder;
  write_file_atomically(folder / "a.toml", std::string_view("extends = \"./b.toml\"\n"));
  write_file_atomically(folder / "b.toml", std::string_view("extends = \"./a.toml\"\n"));
  const std::string message = error_of(ErrorKind::kRecipe, [&] { load_recipe(folder / "a.toml"); });
  EXPECT_NE(message.find("circle"), std::string::npos) << message;
}

TEST(Recipe, a_missing_base_names_who_wanted_it) {
  const std::string message =
      error_of(ErrorKind::kRecipe, [] { parse_recipe("\nextends = \"s1-mpl\"", "my.toml"); });
  EXPECT_NE(message.find("did you mean 's1-mlp'?"), std::string::npos) << message;
  EXPECT_NE(message.find("(my.toml:2)"), std::string::npos) << message;
}

TEST(Recipe, hostile_depths_are_refused_before_the_stack_is_spent) {
  constexpr size_t kMany = 300'000;
  const auto repeated = [](const std::string& part) {
    std::string text;
    while (text.size() < kMany) text += part;
    return text;
  };
  for (const std::string& text :
       {repeated("a.") + "a = 1", "[" + repeated("a.") + "a]", repeated("'a, #'. ") + "a = 1",
        "x = \"\"\"a\"\"\"\"\n" + repeated("\"b\".") + "a = 1", "a = " + repeated("["),
        "a = " + repeated("{a="), repeated("# \"\n") + repeated("a.") + "a = 1"}) {
    SCOPED_TRACE(text.substr(0, 20));
    const std::string message =
        error_of(ErrorKind::kRecipe, [&] { parse_recipe(text, "my.toml"); });
    EXPECT_NE(message.find("nested too deeply"), std::string::npos) << message.substr(0, 200);
  }
  const std::string path = repeated("a.") + "a=1";
  const std::string message =
      error_of(ErrorKind::kRecipe, [&] { parse_recipe(kMinimal, "my.toml", {path}); });
  EXPECT_NE(message.find("at most 16 parts"), std::string::npos) << message.substr(0, 200);
}

TEST(Recipe, dots_and_brackets_in_texts_and_numbers_are_no_depth) {
  const std::string dots(100, '.'), brackets(100, '[');
  const Recipe recipe = parse_recipe(
      "description = \"" + dots + brackets + " \\\" " + dots + "\" # " + brackets + dots + kMinimal,
      "my.toml");
  EXPECT_EQ(recipe.description, dots + brackets + " \" " + dots);
}

TEST(Recipe, a_table_of_very_many_keys_is_refused) {
  std::string text;
  for (int i = 0; i < 2000; ++i) text += fmt::format("k{} = 1\n", i);
  expect_error(text, "a table has at most 1024 keys, this one 2000 (my.toml)");
}

TEST(Recipe, random_damage_is_read_or_refused_but_never_more) {
  const std::string whole = builtin_recipes().front().text;
  RandomStream random(1, "damage");
  int refused = 0;
  for (int round = 0; round < 1000; ++round) {
    std::string text = whole;
    for (uint64_t i = 0, n = 1 + random.below(6); i < n; ++i) {
      text[random.below(text.size())] = static_cast<char>(random.below(256));
    }
    try {
      parse_recipe(text, "damaged.toml");
    } catch (const Error&) {
      ++refused;
    }
  }
  EXPECT_GT(refused, 100);
}

}  // namespace
}  // namespace belamy
