#include <gtest/gtest.h>

#include <filesystem>

#include "tests/cli/tiny_training.h"

namespace belamy::testing {
namespace {

namespace fs = std::filesystem;

// Every file of the networks and of the optimisers' state, and the counters.
const char* const kCheckpointFiles[] = {
    "generator.safetensors",
    "discriminator.safetensors",
    "generator_optimizer.safetensors",
    "discriminator_optimizer.safetensors",
    "state.json",
};

TEST(TrainCommand, leaves_a_run_folder_and_prints_its_path_alone) {
  const TemporaryFolder folder;
  const Words words = Words{"train", "s3-scratch", "--out", "runs/s3", "--steps", "20"};
  const CommandResult result = run_command(words + on_fixture(), folder.path());
  expect_success(result);
  EXPECT_EQ(result.out, "runs/s3\n");
  EXPECT_NE(result.err.find("belamy sample runs/s3"), std::string::npos) << "says what comes next";

  const fs::path run = folder / "runs/s3";
  for (const char* name : {"recipe.toml", "samples/step_0000000.png", "samples/step_0000020.png"}) {
    EXPECT_TRUE(fs::is_regular_file(run / name)) << name;
  }
  for (const char* name : kCheckpointFiles) {
    EXPECT_TRUE(fs::is_regular_file(checkpoint_of(run, 20) / name)) << name;
  }
  EXPECT_FALSE(has_leftovers(run));
  const std::string recipe = file_text(run / "recipe.toml");
  EXPECT_NE(recipe.find("\nseed = 1\n"), std::string::npos);
  EXPECT_NE(recipe.find("LibTorch"), std::string::npos);
}

TEST(TrainCommand, logs_a_json_object_a_line_with_losses_and_accuracies) {
  const TemporaryFolder folder;
  const fs::path run = folder / "run";
  expect_success(run_command(tiny_training(run, 6, {"--set", "train.log_every=2"})));
  std::vector<int64_t> steps;
  for (const auto& json : log_lines(run)) {
    steps.push_back(json.at("step").get<int64_t>());
    EXPECT_EQ(json.at("images").get<int64_t>(), 16 * steps.back());
    EXPECT_GT(json.at("memory_mb").get<double>(), 1);
    EXPECT_GE(json.at("seconds").get<double>(), 0);
    for (const char* key : {"d_loss", "g_loss", "d_accuracy_real", "d_accuracy_fake", "real_mean",
                            "real_std", "fake_mean", "fake_std"}) {
      EXPECT_TRUE(json.contains(key)) << key << " is not in " << json;
    }
  }
  EXPECT_EQ(steps, (std::vector<int64_t>{1, 2, 4, 6}));
}

TEST(TrainCommand, the_newest_checkpoints_are_kept_and_older_ones_removed) {
  const TemporaryFolder folder;
  const fs::path run = folder / "run";
  expect_success(run_command(tiny_training(
      run, 9, {"--set", "train.checkpoint_every=2", "--set", "train.keep_checkpoints=2"})));
  EXPECT_FALSE(fs::exists(checkpoint_of(run, 6)));
  EXPECT_TRUE(fs::exists(checkpoint_of(run, 8)));
  EXPECT_TRUE(fs::exists(checkpoint_of(run, 9)));
}

TEST(TrainCommand, without_out_names_the_folder_by_recipe_below_the_runs_folder) {
  const TemporaryFolder folder;
  const Words words = Words{"train", "s3-scratch", "--steps", "1"} + on_fixture();
  const CommandResult first = run_command(words, folder.path());
  expect_success(first);
  EXPECT_EQ(first.out.rfind("runs/s3-scratch-", 0), 0u) << first.out;
  const CommandResult second = run_command(words, folder.path());
  EXPECT_NE(first.out, second.out) << "two runs never share a folder";
  const CommandResult elsewhere = run_command(words, folder.path(), "export BELAMY_RUNS=mine;");
  EXPECT_EQ(elsewhere.out.rfind("mine/s3-scratch-", 0), 0u) << elsewhere.out;
}

TEST(TrainCommand, a_dry_run_prints_a_recipe_that_reads_back_the_same_and_trains_nothing) {
  const TemporaryFolder folder;
  for (const char* recipe : {"s2-dcgan-transpose", "s0-dcgan-sgd"}) {
    const CommandResult first = run_command(
        {"train", recipe, "--dry-run", "--steps", "7", "--seed", "3", "--precision", "fp32"},
        folder.path());
    expect_success(first);
    EXPECT_NE(first.out.find("steps = 7\n"), std::string::npos);
    EXPECT_NE(first.out.find("seed = 3\n"), std::string::npos);
    EXPECT_NE(first.out.find("precision = \"fp32\"\n"), std::string::npos);
    write_text(folder / "again.toml", first.out);
    const CommandResult second = run_command({"train", "again.toml", "--dry-run"}, folder.path());
    expect_success(second);
    EXPECT_EQ(first.out, second.out);
  }
  EXPECT_FALSE(fs::exists(folder / "runs"));
}

TEST(TrainCommand, the_same_recipe_and_seed_give_the_same_bytes_and_another_seed_others) {
  const TemporaryFolder folder;
  const auto train = [&](const std::string& name, const std::string& seed) {
    expect_success(run_command(tiny_training(folder / name, 8, {"--seed", seed})));
    return checkpoint_of(folder / name, 8);
  };
  const fs::path a = train("a", "5"), b = train("b", "5"), c = train("c", "6");
  for (const char* name : kCheckpointFiles) {
    EXPECT_EQ(file_text(a / name), file_text(b / name)) << name;
  }
  EXPECT_EQ(file_text(folder / "a/samples/step_0000008.png"),
            file_text(folder / "b/samples/step_0000008.png"));
  EXPECT_NE(file_text(a / "generator.safetensors"), file_text(c / "generator.safetensors"));
}

TEST(TrainCommand, a_folder_that_holds_a_run_is_not_overwritten) {
  const TemporaryFolder folder;
  expect_success(run_command(tiny_training(folder / "run", 1)));
  const std::string before = file_text(folder / "run/log.jsonl");
  expect_failure(run_command(tiny_training(folder / "run", 2)), 2,
                 {"holds a run already", "--resume", "--out"});
  EXPECT_EQ(file_text(folder / "run/log.jsonl"), before);
}

TEST(TrainCommand, a_folder_that_cannot_be_made_is_an_error_and_leaves_nothing) {
  const TemporaryFolder folder;
  write_text(folder / "file", "in the way");
  expect_failure(run_command(tiny_training(folder / "file/run", 1)), 1,
                 {"cannot create folder", "file/run", "Not a directory"});
  EXPECT_EQ(file_text(folder / "file"), "in the way");
  EXPECT_EQ(std::distance(fs::directory_iterator(folder.path()), fs::directory_iterator()), 1);
}

TEST(TrainCommand, a_batch_larger_than_the_data_is_refused_before_a_folder_is_made) {
  const TemporaryFolder folder;
  expect_failure(run_command(tiny_training(folder / "run", 1, {"--set", "train.batch_size=1001"})),
                 2, {"1..1000", "1001", "train.batch_size"});
  EXPECT_FALSE(fs::exists(folder / "run"));
}

TEST(TrainCommand, devices_and_precisions_that_do_not_exist_are_refused) {
  expect_failure(run_command({"train", "s3-scratch", "--device", "cuda:0"}), 2, {"cuda:0", "cpu"});
  expect_failure(run_command({"train", "s3-scratch", "--precision", "fp8", "--dry-run"}), 2,
                 {"train.precision cannot be 'fp8'"});
}

TEST(TrainCommand, a_training_that_diverges_says_when_and_what_to_try) {
  const TemporaryFolder folder;
  const CommandResult result = run_command(
      {"train", "ring", "--out", "run", "--steps", "1000", "--precision", "fp32", "--threads", "1",
       "--set", "optimizer.type=sgd", "--set", "optimizer.learning_rate=1000"},
      folder.path());
  expect_failure(
      result, 1,
      {"[diverged]", " at step ", "no checkpoint", "Try a lower optimizer.learning_rate"});
  EXPECT_TRUE(fs::is_empty(folder / "run/checkpoints")) << "none is made of what is not a number";
}

}  // namespace
}  // namespace belamy::testing
