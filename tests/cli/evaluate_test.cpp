#include <gtest/gtest.h>

#include <nlohmann/json.hpp>
#include <sstream>

#include "belamy/core/file.h"
#include "belamy/image/npy.h"
#include "belamy/image/png.h"
#include "tests/cli/command.h"
#include "tests/cli/tiny_training.h"

namespace belamy {
namespace {

using testing::expect_failure;
using testing::expect_success;
using testing::run_command;
using testing::TemporaryFolder;
using testing::Words;
using testing::operator+;

/// A cache with a data set: the fixture's digits cannot pass for MNIST, whose checksums are known.
Words json_lines_of(const std::string& text) {
  std::istringstream lines(text);
  Words all;
  for (std::string line; std::getline(lines, line);) all.push_back(line);
  return all;
}

TEST(Evaluate, a_folder_without_pictures_is_refused) {
  const TemporaryFolder folder;
  expect_failure(run_command({"evaluate", folder.path().string(), "--data", "mnist"}), 1,
                 {"PNG", "recipe.toml"});
}

TEST(Evaluate, what_is_compared_with_must_be_said) {
  const TemporaryFolder folder;
  write_png(folder / "a.png", blank_image(28, 28, 1));
  expect_failure(run_command({"evaluate", folder.path().string()}), 2, {"--data NAME"});
}

TEST(Evaluate, a_target_of_no_known_kind_is_refused_with_those_there_are) {
  expect_failure(run_command({"evaluate", "no-such-run", "--data", "mnist"}), 2,
                 {"no-such-run", ".npy", "data:test"});
}

TEST(Evaluate, an_array_of_floats_is_refused) {
  const TemporaryFolder folder;
  const std::vector<float> values(2 * 28 * 28);
  write_file_atomically(folder / "a.npy", encode_npy(values, {2, 28, 28}));
  expect_failure(run_command({"evaluate", (folder / "a.npy").string(), "--data", "mnist"}), 1,
                 {"uint8", "<f4"});
}

TEST(Evaluate, options_are_checked_and_the_nearest_named) {
  expect_failure(run_command({"evaluate", "latest", "--metric", "fid"}), 2, {"'--metrics'"});
  expect_failure(run_command({"evaluate", "latest", "--resize", "nearest"}), 2, {"--resize"});
}

TEST(Extractor, lists_what_is_built_in) {
  const auto result = run_command({"extractor", "list"});
  expect_success(result);
  EXPECT_NE(result.out.find("mnist"), std::string::npos);
  EXPECT_NE(result.out.find("test accuracy 0.99"), std::string::npos);
}

TEST(Extractor, points_cannot_train_one) {
  expect_failure(run_command({"extractor", "train", "--data", "ring"}), 2, {"points"});
}

// The reference is the training's own data here, which a folder or IDX file is too.
TEST(Evaluate, a_training_leaves_its_metrics_and_calls_a_step_the_best) {
  const TemporaryFolder folder;
  const auto run = folder / "run";
  expect_success(run_command(
      testing::tiny_training(run, 6,
                             {"--set", "train.metrics_every=2", "--set", "train.metrics_count=150",
                              "--set", "train.metrics=fid,coverage"})));
  const Words lines = json_lines_of(testing::file_text(run / "metrics.jsonl"));
  ASSERT_EQ(lines.size(), 6u);
  for (const std::string& text : lines) {
    const auto line = nlohmann::json::parse(text);
    EXPECT_EQ(line.at("count"), 150);
    EXPECT_EQ(line.at("reference_count"), 1000);
    EXPECT_LE(line.at("ci").at(0).get<double>(), line.at("ci").at(1).get<double>());
    EXPECT_EQ(line.at("extractor_sha256").get<std::string>().size(), 64u);
  }
  EXPECT_TRUE(std::filesystem::exists(run / "plots" / "metric_fid.png"));
  EXPECT_TRUE(std::filesystem::exists(run / "plots" / "metric_coverage.png"));
}

TEST(Evaluate, a_training_that_gets_no_better_ends) {
  const TemporaryFolder folder;
  const auto run = folder / "run";
  // A learning rate of 0 leaves the generator as it is.
  expect_success(run_command(testing::tiny_training(
      run, 100,
      {"--set", "train.metrics_every=2", "--set", "train.metrics_count=150", "--set",
       "train.metrics_patience=2", "--set", "optimizer.learning_rate=0"})));
  EXPECT_TRUE(std::filesystem::exists(testing::checkpoint_of(run, 6)));
  EXPECT_EQ(json_lines_of(testing::file_text(run / "metrics.jsonl")).size(), 3u);
}

TEST(Evaluate, an_unknown_metric_in_a_recipe_is_answered_with_the_nearest) {
  const TemporaryFolder folder;
  expect_failure(
      run_command(testing::tiny_training(
          folder / "run", 2, {"--set", "train.metrics_every=1", "--set", "train.metrics=fidd"})),
      2, {"'fidd'", "'fid'"});
}

}  // namespace
}  // namespace belamy
