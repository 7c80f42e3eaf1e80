#include <gtest/gtest.h>

#include <filesystem>

#include "tests/cli/tiny_training.h"

namespace belamy::testing {
namespace {

namespace fs = std::filesystem;

// A trained run, and the samples drawn of it.
class SampleCommand : public ::testing::Test {
 protected:
  void SetUp() override {
    expect_success(run_command(tiny_training(run_, 4, {"--set", "train.checkpoint_every=2"})));
  }

  CommandResult sample(const Words& more) const {
    return run_command(Words{"sample", run_.string()} + more, folder_.path());
  }

  TemporaryFolder folder_;
  fs::path run_ = folder_ / "run";
};

TEST_F(SampleCommand, draws_a_grid_into_the_run_unless_told_otherwise) {
  const CommandResult result = sample({});
  expect_success(result);
  EXPECT_EQ(result.out, (run_ / "sample.png").string() + "\n");
  const std::string png = file_text(run_ / "sample.png");
  EXPECT_EQ(png.substr(0, 8), "\x89PNG\r\n\x1a\n");
  expect_success(sample({"--out", "same.png"}));
  EXPECT_EQ(file_text(folder_ / "same.png"), png) << "the same seed draws the same samples";
  expect_success(sample({"--out", "other.png", "--seed", "1"}));
  EXPECT_NE(file_text(folder_ / "other.png"), png);
}

TEST_F(SampleCommand, writes_an_array_that_numpy_loads) {
  const CommandResult result = sample({"--count", "20", "--npy", "a.npy"});
  expect_success(result);
  EXPECT_EQ(result.out, "a.npy\n") << "no grid is drawn where an array was asked for";
  const std::string npy = file_text(folder_ / "a.npy");
  EXPECT_EQ(npy.substr(0, 8), std::string("\x93NUMPY\x01\x00", 8));
  const size_t length =
      static_cast<unsigned char>(npy[8]) + 256 * static_cast<unsigned char>(npy[9]);
  EXPECT_EQ((10 + length) % 64, 0u);
  const std::string header = npy.substr(10, length);
  EXPECT_NE(header.find("'descr': '|u1'"), std::string::npos) << header;
  EXPECT_NE(header.find("'fortran_order': False"), std::string::npos) << header;
  EXPECT_NE(header.find("'shape': (20, 28, 28, 1)"), std::string::npos) << header;
  EXPECT_EQ(header.back(), '\n');
  EXPECT_EQ(npy.size(), 10 + length + 20 * 28 * 28);

  expect_success(sample({"--count", "300", "--npy", "more.npy"}));
  const std::string more = file_text(folder_ / "more.npy");
  EXPECT_EQ(more.substr(more.size() - 300 * 28 * 28, 20 * 28 * 28), npy.substr(10 + length))
      << "fewer samples are the first of more";
}

TEST_F(SampleCommand, writes_a_file_a_sample) {
  const CommandResult result = sample({"--count", "12", "--each", "digits"});
  expect_success(result);
  EXPECT_EQ(result.out, "digits\n");
  int files = 0;
  for (const auto& entry : fs::directory_iterator(folder_ / "digits")) {
    ++files;
    const std::string png = file_text(entry.path());
    EXPECT_EQ(png.substr(16, 8), std::string("\0\0\0\x1c\0\0\0\x1c", 8)) << "28 by 28 pixels";
  }
  EXPECT_EQ(files, 12);
  EXPECT_TRUE(fs::exists(folder_ / "digits/000011.png"));
}

TEST_F(SampleCommand, draws_of_any_checkpoint_by_its_step) {
  expect_success(sample({"--npy", "latest.npy"}));
  expect_success(sample({"--npy", "last.npy", "--checkpoint", "4"}));
  expect_success(sample({"--npy", "first.npy", "--checkpoint", "2"}));
  EXPECT_EQ(file_text(folder_ / "latest.npy"), file_text(folder_ / "last.npy"));
  EXPECT_NE(file_text(folder_ / "latest.npy"), file_text(folder_ / "first.npy"));
  expect_failure(sample({"--checkpoint", "3"}), 1, {"no checkpoint '3'", "latest", "2, 4"});
}

TEST_F(SampleCommand, latest_is_the_newest_run_below_the_runs_folder) {
  const CommandResult result =
      run_command({"sample", "latest"}, folder_.path(),
                  "export BELAMY_RUNS=\"" + folder_.path().string() + "\";");
  expect_success(result);
  EXPECT_EQ(result.out, (run_ / "sample.png").string() + "\n");
}

TEST_F(SampleCommand, needs_no_data_set) {
  std::string recipe = file_text(run_ / "recipe.toml");
  const size_t at = recipe.find("name = \"idx\"");
  ASSERT_NE(at, std::string::npos);
  recipe.replace(at, 12, "name = \"mnist\"");
  const size_t path = recipe.find("path = ");
  recipe.erase(path, recipe.find('\n', path) + 1 - path);
  write_text(run_ / "recipe.toml", recipe);
  expect_success(
      run_command({"sample", run_.string()}, folder_.path(), "export BELAMY_DATA=\"$PWD/none\";"));
  EXPECT_FALSE(fs::exists(folder_ / "none"));
}

TEST_F(SampleCommand, of_a_run_without_checkpoints_says_so) {
  fs::remove_all(run_ / "checkpoints");
  expect_failure(sample({}), 1, {"[checkpoint]", run_.string(), "has no checkpoint yet"});
}

TEST(SampleOfNothing, a_missing_run_is_refused) {
  expect_failure(run_command({"sample", "no/such/run"}), 2, {"no/such/run", "is not a run folder"});
}

TEST(SampleOfNothing, latest_without_any_run_says_where_it_looked) {
  const TemporaryFolder folder;
  expect_failure(run_command({"sample", "latest"}, folder.path()), 2,
                 {"no run under runs", "belamy train"});
}

TEST(SampleOfPoints, are_drawn_as_a_picture_and_written_as_floats) {
  const TemporaryFolder folder;
  expect_success(run_command({"train", "ring", "--out", "run", "--steps", "2", "--threads", "1"},
                             folder.path()));
  expect_success(run_command({"sample", "run", "--count", "5", "--npy", "p.npy", "--out", "p.png"},
                             folder.path()));
  const std::string npy = file_text(folder / "p.npy");
  EXPECT_NE(npy.find("'descr': '<f4'"), std::string::npos);
  EXPECT_NE(npy.find("'shape': (5, 2)"), std::string::npos);
  EXPECT_GT(fs::file_size(folder / "p.png"), 100u);
  expect_failure(run_command({"sample", "run", "--each", "points"}, folder.path()), 2,
                 {"points in the plane, not images"});
}

TEST_F(SampleCommand, draws_from_the_average_unless_raw_weights_are_wanted) {
  const fs::path run = folder_ / "averaged";
  expect_success(run_command(tiny_training(run, 40, {"--set", "average.decay=0.99"})));
  const auto drawn = [&](const Words& more) {
    expect_success(
        run_command(Words{"sample", run.string(), "--npy", "a.npy"} + more, folder_.path()));
    return file_text(folder_ / "a.npy");
  };
  const std::string usual = drawn({});
  EXPECT_EQ(usual, drawn({"--weights", "averaged"}));
  EXPECT_NE(usual, drawn({"--weights", "raw"}));
}

TEST_F(SampleCommand, averaged_weights_that_no_one_kept_are_refused) {
  expect_failure(sample({"--weights", "averaged"}), 1, {"no averaged weights", "average.decay"});
  expect_failure(sample({"--weights", "mean"}), 2, {"--weights", "averaged", "raw"});
}

TEST_F(SampleCommand, a_best_checkpoint_that_no_metric_chose_is_refused) {
  expect_failure(sample({"--checkpoint", "best"}), 1, {"no best checkpoint", "latest"});
}

}  // namespace
}  // namespace belamy::testing
