#include <gtest/gtest.h>

#include "tests/cli/command.h"

namespace belamy::testing {
namespace {

// Whatever is wrong with a recipe: exit code 2, and the place of the mistake.
void expect_refused(const std::string& toml, const Words& words) {
  const TemporaryFolder folder;
  write_text(folder / "mine.toml", toml);
  const CommandResult result = run_command({"summary", "mine.toml"}, folder.path());
  SCOPED_TRACE(toml);
  expect_failure(result, 2, words);
}

TEST(RecipeArgument, an_unknown_built_in_names_the_nearest_and_says_how_files_are_named) {
  expect_failure(run_command({"summary", "s1-mpl"}), 2,
                 {"no built-in recipe 's1-mpl'", "did you mean 's1-mlp'?", "./s1-mpl.toml"});
}

TEST(RecipeArgument, a_missing_file_is_named) {
  expect_failure(run_command({"summary", "no/such.toml"}), 2, {"no recipe file no/such.toml"});
}

TEST(RecipeArgument, an_unknown_key_is_refused_with_file_line_and_nearest_name) {
  expect_refused(
      "extends = \"s3-scratch\"\n\n[train]\nbatchsize = 5\n",
      {"train.batchsize is not a known key", "did you mean 'batch_size'?", "(mine.toml:4)"});
}

TEST(RecipeArgument, a_wrong_type_is_refused_with_file_and_line) {
  expect_refused("extends = \"s3-scratch\"\n[train]\nbatch_size = \"five\"\n",
                 {"train.batch_size must be an integer", "got \"five\"", "(mine.toml:3)"});
}

TEST(RecipeArgument, a_value_out_of_range_is_refused_with_the_range) {
  expect_refused("extends = \"s3-scratch\"\n[train]\nbatch_size = 0\n",
                 {"train.batch_size must be 1..65536, got 0 (mine.toml:3)"});
}

TEST(RecipeArgument, an_unknown_layer_names_the_nearest) {
  expect_refused(
      "extends = \"s3-scratch\"\n[generator]\nlayers = [\n  { type = \"dens\", units = 4 },\n]\n",
      {"generator.layers[1].type cannot be 'dens'", "did you mean 'dense'?", "(mine.toml:4)"});
}

TEST(RecipeArgument, shapes_that_do_not_fit_are_refused_with_the_layers_line_and_both_shapes) {
  expect_refused(
      "extends = \"s3-scratch\"\n[generator]\nlayers = [\n"
      "  { type = \"dense\", units = 783 },\n"
      "  { type = \"reshape\", shape = [1, 28, 28] },\n]\n",
      {"generator", "783", "28", "(mine.toml:5)"});
}

TEST(RecipeArgument, a_generator_of_another_size_than_the_data_is_refused) {
  expect_refused(
      "extends = \"s3-scratch\"\n[generator]\nlayers = [\n"
      "  { type = \"dense\", units = 64 },\n"
      "  { type = \"reshape\", shape = [1, 8, 8] },\n]\n",
      {"generator", "8", "28"});
}

TEST(RecipeArgument, what_is_not_toml_is_refused_with_its_line) {
  expect_refused("extends = \"s3-scratch\"\n[train\n", {"not valid TOML", "(mine.toml:2)"});
}

TEST(RecipeArgument, an_unknown_recipe_to_extend_names_the_line_that_wants_it) {
  expect_refused("\nextends = \"s3-scrach\"\n",
                 {"'s3-scrach'", "did you mean 's3-scratch'?", "(mine.toml:2)"});
}

TEST(RecipeArgument, recipes_that_extend_each_other_in_a_circle_are_refused) {
  expect_refused("extends = \"./mine.toml\"\n", {"circle"});
}

TEST(RecipeArgument, steps_and_epochs_at_once_are_refused) {
  expect_refused("extends = \"s3-scratch\"\n[train]\nsteps = 5\n",
                 {"either steps or epochs", "steps = 5", "epochs = 50"});
}

TEST(SetArgument, mistakes_are_refused_with_the_argument_itself) {
  const auto refuse = [](const std::string& assignment, const Words& words) {
    SCOPED_TRACE(assignment);
    expect_failure(run_command({"summary", "s3-scratch", "--set", assignment}), 2, words);
  };
  refuse("train.stepz=5", {"train.stepz", "did you mean 'steps'?", "(--set train.stepz=5)"});
  refuse("train.steps", {"--set takes path=value", "'train.steps'"});
  refuse("generator.layers.9.units=5", {"'9' must be an entry 1..3"});
  refuse("optimizer.type=adm", {"optimizer.type cannot be 'adm'", "did you mean 'adam'?"});
  refuse("loss.name=minmax", {"loss.name cannot be 'minmax'", "did you mean 'minimax'?"});
}

TEST(SetArgument, a_new_type_may_come_after_the_keys_given_with_it) {
  const CommandResult result =
      run_command({"train", "s3-scratch", "--dry-run", "--set", "optimizer.momentum=0.25", "--set",
                   "optimizer.type=sgd"});
  expect_success(result);
  EXPECT_NE(result.out.find("type = \"sgd\""), std::string::npos);
  EXPECT_NE(result.out.find("momentum = 0.25"), std::string::npos);
  EXPECT_EQ(result.out.find("beta1"), std::string::npos) << "sgd has no such key";
}

}  // namespace
}  // namespace belamy::testing
