#include <gtest/gtest.h>

#include <filesystem>
#include <memory>
#include <nlohmann/json.hpp>
#include <sstream>

#include "belamy/core/file.h"
#include "belamy/image/npy.h"
#include "belamy/image/png.h"
#include "tests/cli/command.h"
#include "tests/cli/tiny_games.h"

namespace belamy {
namespace {

using testing::expect_failure;
using testing::expect_success;
using testing::run_command;
using testing::TemporaryFolder;
using testing::Words;
using testing::operator+;

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

// 2^62 images without a pixel are as many rounds of a loop.
TEST(Evaluate, an_array_of_images_without_pixels_is_refused) {
  const TemporaryFolder folder;
  const std::string path = (folder / "a.npy").string();
  std::string header =
      "{'descr': '|u1', 'fortran_order': False, 'shape': (4611686018427387904, 0, 1), }";
  header.resize(117, ' ');
  write_file_atomically(
      path, std::string_view(std::string("\x93NUMPY\x01\x00\x76\x00", 10) + header + "\n"));
  expect_failure(run_command({"evaluate", path, "--data", "mnist"}), 1, {path, "no images"});
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

/// A training of a moment, whose generator makes noise.
class EvaluateRun : public ::testing::Test {
 protected:
  static void SetUpTestSuite() {
    folder_ = std::make_unique<TemporaryFolder>();
    expect_success(run_command(testing::tiny_training(run(), 2)));
  }
  static void TearDownTestSuite() { folder_.reset(); }
  static std::string run() { return (*folder_ / "run").string(); }
  static std::string in_folder(const std::string& name) { return (*folder_ / name).string(); }

  static std::unique_ptr<TemporaryFolder> folder_;
};
std::unique_ptr<TemporaryFolder> EvaluateRun::folder_;

TEST_F(EvaluateRun, a_run_with_classes_is_asked_whether_they_show_and_differ_and_others_cannot_be) {
  expect_success(run_command(testing::tiny_classes(in_folder("classes"), 2, "input")));
  const auto evaluate = [](const std::string& target) {
    return run_command({"evaluate", target, "--extractor", "mnist", "--count", "60", "--metrics",
                        "class-consistency,intra-diversity", "--json"});
  };
  const auto result = evaluate(in_folder("classes"));
  expect_success(result);
  const Words lines = json_lines_of(result.out);
  ASSERT_EQ(lines.size(), 2u) << result.out;
  const auto share = nlohmann::json::parse(lines[0]), diversity = nlohmann::json::parse(lines[1]);
  EXPECT_EQ(share["metric"], "class-consistency");
  EXPECT_EQ(share["count"], 60);
  EXPECT_LE(share["value"].get<double>(), 1);
  EXPECT_EQ(diversity["metric"], "intra-diversity");
  EXPECT_GT(diversity["value"].get<double>(), 0);
  expect_failure(evaluate(run()), 2, {"class-consistency", "made for none"});
}

TEST_F(EvaluateRun, tells_all_it_takes_to_compute_a_score_again) {
  const auto evaluate = [&](const std::string& metrics) {
    return run_command({"evaluate", run(), "--extractor", "mnist", "--count", "300", "--seed", "3",
                        "--metrics", metrics, "--json", "--threads", "1"});
  };
  // 300 images of ten classes are too few for the last one, and no other is told.
  expect_failure(evaluate("fid,kid,class-kl,intra-fid"), 1, {"class ", "--count"});
  const auto result = evaluate("fid,kid,class-kl");
  expect_success(result);
  const Words lines = json_lines_of(result.out);
  ASSERT_EQ(lines.size(), 3u);
  const auto fid = nlohmann::json::parse(lines[0]);
  EXPECT_EQ(fid.at("metric"), "fid");
  EXPECT_GT(fid.at("value").get<double>(), 10);
  EXPECT_LE(fid.at("ci").at(0).get<double>(), fid.at("value").get<double>());
  EXPECT_EQ(fid.at("count"), 300);
  EXPECT_EQ(fid.at("reference"), "idx");
  EXPECT_EQ(fid.at("reference_count"), 1000);
  EXPECT_EQ(fid.at("split"), "train");
  EXPECT_EQ(fid.at("seed"), 3);
  EXPECT_EQ(fid.at("extractor"), "mnist-classifier");
  EXPECT_EQ(fid.at("resize"), "1×28×28 exact");
  for (const char* key : {"extractor_sha256", "belamy_version"}) {
    EXPECT_FALSE(fid.at(key).get<std::string>().empty()) << key;
  }
}

TEST_F(EvaluateRun, and_its_exported_samples_score_alike) {
  const std::string npy = in_folder("samples.npy"), each = in_folder("each");
  expect_success(run_command({"sample", run(), "--count", "200", "--seed", "5", "--npy", npy,
                              "--each", each, "--threads", "1"}));
  const auto scores = [&](const Words& target) {
    const auto result = run_command(Words{"evaluate"} + target +
                                    Words{"--extractor", "random", "--metrics", "fid,pixel-mean",
                                          "--seed", "5", "--json", "--threads", "1"});
    expect_success(result);
    std::vector<std::pair<double, double>> values;
    for (const std::string& line : json_lines_of(result.out)) {
      const auto json = nlohmann::json::parse(line);
      values.emplace_back(json.at("value").get<double>(), json.at("ci").at(0).get<double>());
    }
    return values;
  };
  // The real images are the same folder for all three: samples of another seed.
  const std::string real = in_folder("real");
  expect_success(run_command({"sample", run(), "--count", "120", "--seed", "9", "--each", real}));
  const auto of_run = scores({run(), "--count", "200", "--data", real});
  ASSERT_EQ(of_run.size(), 2u);
  EXPECT_EQ(scores({npy, "--data", real}), of_run);
  EXPECT_EQ(scores({each, "--data", real}), of_run);
}

TEST_F(EvaluateRun, writes_the_features_and_the_pairs) {
  const std::string prefix = in_folder("features"), pairs = in_folder("pairs.png");
  expect_success(
      run_command({"evaluate", run(), "--extractor", "random", "--count", "90", "--metrics", "kid",
                   "--features-out", prefix, "--pairs", pairs, "--threads", "1"}));
  const auto features = [&](const std::string& which) {
    const std::string path = prefix + "." + which + ".npy";
    return decode_npy(read_bytes(path, 1 << 24), path);
  };
  EXPECT_EQ(features("fake").shape, (std::vector<int64_t>{90, 64}));
  EXPECT_EQ(features("real").shape, (std::vector<int64_t>{1000, 64}));
  EXPECT_EQ(features("real").dtype, "<f4");
  const Image picture = read_png(pairs);
  EXPECT_GT(picture.height, picture.width);
}

TEST_F(EvaluateRun, walks_through_its_latent_space) {
  const auto result = run_command({"evaluate", run(), "--extractor", "random", "--count", "64",
                                   "--metrics", "ppl", "--json", "--threads", "1"});
  expect_success(result);
  EXPECT_GT(nlohmann::json::parse(result.out).at("value").get<double>(), 0);
}

TEST_F(EvaluateRun, compares_runs_in_a_table) {
  const auto result = run_command({"compare", run(), run(), "--extractor", "random", "--count",
                                   "100", "--metrics", "fid,precision", "--threads", "1"});
  expect_success(result);
  const Words lines = json_lines_of(result.out);
  ASSERT_EQ(lines.size(), 3u);
  EXPECT_NE(lines[0].find("precision"), std::string::npos);
  EXPECT_EQ(lines[1], lines[2]);
}

TEST_F(EvaluateRun, refuses_too_few_images_for_a_covariance) {
  const auto result = run_command({"evaluate", run(), "--extractor", "random", "--count", "60",
                                   "--metrics", "fid", "--threads", "1"});
  expect_failure(result, 1, {"covariance of 64 features", "got 60"});
  EXPECT_EQ(result.out.find("fid "), std::string::npos);
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
