// Run folders that something happened to: cut files, edited recipes, a full disk.
#include <gtest/gtest.h>

#include <filesystem>

#include "tests/cli/tiny_training.h"

namespace belamy::testing {
namespace {

namespace fs = std::filesystem;

// Both commands that read checkpoints refuse this one.
void expect_unreadable(const fs::path& run, const Words& words) {
  expect_failure(run_command({"sample", run.string()}), 1, words);
  expect_failure(run_command(tiny_resume(run, {"--steps", "9"})), 1, words);
}

TEST(DamagedRun, a_cut_checkpoint_file_is_named) {
  const TemporaryFolder folder;
  const fs::path run = folder / "run";
  expect_success(run_command(tiny_training(run, 2)));
  const fs::path file = checkpoint_of(run, 2) / "generator.safetensors";
  const Words words = {"[checkpoint]", file.string(), "is damaged"};
  fs::resize_file(file, fs::file_size(file) - 1);
  expect_unreadable(run, words);
  fs::resize_file(file, 3);
  expect_failure(run_command({"sample", run.string()}), 1, words);
}

TEST(DamagedRun, a_missing_or_cut_state_is_named) {
  const TemporaryFolder folder;
  const fs::path run = folder / "run";
  expect_success(run_command(tiny_training(run, 2)));
  const fs::path state = checkpoint_of(run, 2) / "state.json";
  fs::resize_file(state, fs::file_size(state) / 2);
  expect_unreadable(run, {"[checkpoint]", state.string(), "is damaged"});
  fs::remove(state);
  expect_unreadable(run, {"[checkpoint]", state.string(), "is missing"});
}

TEST(DamagedRun, a_missing_weights_file_is_told_and_the_checkpoint_before_serves) {
  const TemporaryFolder folder;
  const fs::path run = folder / "run";
  expect_success(run_command(tiny_training(run, 4, {"--set", "train.checkpoint_every=2"})));
  fs::remove(checkpoint_of(run, 4) / "generator.safetensors");
  expect_failure(run_command({"sample", run.string()}), 1,
                 {"[checkpoint]", checkpoint_of(run, 4).string()});
  expect_success(run_command({"sample", run.string(), "--checkpoint", "2"}));
  const CommandResult resumed = run_command(tiny_resume(run, {"--steps", "9"}));
  expect_success(resumed);
  EXPECT_NE(resumed.err.find("checkpoint of step 4 is damaged and passed over"), std::string::npos);
  EXPECT_NE(resumed.err.find("going on after step 2"), std::string::npos) << resumed.err;
}

TEST(DamagedRun, a_checkpoint_of_another_network_is_refused_with_the_tensor) {
  const TemporaryFolder folder;
  const fs::path run = folder / "run";
  expect_success(run_command(tiny_training(run, 2)));
  std::string recipe = file_text(run / "recipe.toml");
  const size_t at = recipe.find("units = 16,");
  ASSERT_NE(at, std::string::npos) << recipe;
  write_text(run / "recipe.toml", recipe.replace(at, 11, "units = 24,"));
  expect_unreadable(run, {"[checkpoint]", checkpoint_of(run, 2).string(), "generator", "16", "24"});
}

TEST(DamagedRun, a_recipe_that_is_broken_is_refused_with_its_line) {
  const TemporaryFolder folder;
  const fs::path run = folder / "run";
  expect_success(run_command(tiny_training(run, 1)));
  write_text(run / "recipe.toml", "\nnonsense\n");
  expect_failure(run_command({"sample", run.string()}), 2, {"not valid TOML", "recipe.toml:2"});
}

TEST(FullDisk, ends_a_training_with_an_error_and_the_earlier_checkpoint_intact) {
  const TemporaryFolder folder;
  const fs::path run = folder / "run", whole = folder / "whole";
  const Words often = {"--set", "train.checkpoint_every=2"};
  expect_success(run_command(tiny_training(run, 2, often)));
  // Files of over 32 KiB (64 blocks of 512 bytes) fail as on a full disk; the weights need more.
  const CommandResult result =
      run_command(tiny_resume(run, {"--steps", "4"}), ".", "ulimit -f 64;");
  expect_failure(result, 1, {"[io]", "cannot write", "safetensors", "free some space"});
  EXPECT_FALSE(fs::exists(checkpoint_of(run, 4)));
  EXPECT_FALSE(has_leftovers(run));
  EXPECT_TRUE(fs::exists(checkpoint_of(run, 2)));
  expect_success(run_command(tiny_resume(run, {"--steps", "4"})));
  expect_success(run_command(tiny_training(whole, 4, often)));
  EXPECT_EQ(file_text(checkpoint_of(run, 4) / "generator.safetensors"),
            file_text(checkpoint_of(whole, 4) / "generator.safetensors"));
}

TEST(FullDisk, ends_sampling_with_an_error_and_no_half_file) {
  const TemporaryFolder folder;
  const fs::path run = folder / "run", npy = folder / "samples.npy";
  expect_success(run_command(tiny_training(run, 1)));
  const CommandResult result = run_command(
      {"sample", run.string(), "--count", "100", "--npy", npy.string()}, ".", "ulimit -f 64;");
  expect_failure(result, 1, {"[io]", npy.string(), "free some space"});
  EXPECT_FALSE(fs::exists(npy));
  EXPECT_FALSE(has_leftovers(folder.path()));
}

}  // namespace
}  // namespace belamy::testing
