#include <gtest/gtest.h>

#include <algorithm>
#include <csignal>
#include <filesystem>
#include <set>

#include "tests/cli/tiny_training.h"

namespace belamy::testing {
namespace {

namespace fs = std::filesystem;

void expect_same_folders(const fs::path& a, const fs::path& b) {
  std::set<std::string> names;
  for (const fs::path& folder : {a, b}) {
    for (const auto& entry : fs::directory_iterator(folder)) {
      names.insert(entry.path().filename().string());
    }
  }
  EXPECT_GE(names.size(), 5u);
  for (const std::string& name : names) {
    ASSERT_TRUE(fs::exists(a / name) && fs::exists(b / name)) << name;
    EXPECT_EQ(file_text(a / name), file_text(b / name)) << name;
  }
}

bool has_bytes(const fs::path& file) {
  std::error_code code;
  return fs::file_size(file, code) > 0 && !code;
}

int newest_step(const fs::path& run) {
  int newest = 0;
  for (const auto& entry : fs::directory_iterator(run / "checkpoints")) {
    newest = std::max(newest, std::stoi(entry.path().filename().string().substr(5)));
  }
  return newest;
}

// Batches drawn anew, dropout and moving averages: everything a training must remember.
const Words kMuchToRemember = {"--set", "data.order=shuffled",  "--set", "train.checkpoint_every=7",
                               "--set", "train.sample_every=10"};

TEST(Resume, a_run_in_two_parts_ends_in_the_bytes_of_one_that_never_stopped) {
  const TemporaryFolder folder;
  const fs::path whole = folder / "whole", parts = folder / "parts";
  expect_success(run_command(tiny_training(whole, 70, kMuchToRemember)));
  expect_success(run_command(tiny_training(parts, 30, kMuchToRemember)));
  const CommandResult result = run_command(tiny_resume(parts, {"--steps", "70"}));
  expect_success(result);
  EXPECT_EQ(result.out, parts.string() + "\n");
  expect_same_folders(checkpoint_of(whole, 70), checkpoint_of(parts, 70));
  EXPECT_EQ(file_text(whole / "samples/step_0000070.png"),
            file_text(parts / "samples/step_0000070.png"));
}

TEST(Resume, networks_with_dropout_and_batch_normalisation_also_go_on_exactly) {
  const TemporaryFolder folder;
  const auto train = [&](const std::string& name, const std::string& steps) {
    const Words words = Words{"train",   "demo",
                              "--out",   (folder / name).string(),
                              "--steps", steps,
                              "--set",   "train.batch_size=4",
                              "--set",   "train.sample_count=1"};
    expect_success(run_command(words + on_fixture()));
  };
  train("whole", "6");
  train("parts", "3");
  expect_success(run_command({"train", "--resume", (folder / "parts").string(), "--steps", "6"}));
  expect_same_folders(checkpoint_of(folder / "whole", 6), checkpoint_of(folder / "parts", 6));
}

TEST(Resume, after_an_interrupt_goes_on_to_the_end_as_if_there_had_been_none) {
  const TemporaryFolder folder;
  const fs::path run = folder / "run";
  const Words endless = {"--set", "train.log_every=1", "--set", "train.checkpoint_every=0"};
  BackgroundCommand training(tiny_training(run, 100'000'000, endless), ".");
  ASSERT_TRUE(training.runs_until([&] { return has_bytes(run / "log.jsonl"); }));
  training.send(SIGINT);
  training.send(SIGINT);  // as `timeout` does: still one request
  const CommandResult stopped = training.wait();
  EXPECT_EQ(stopped.exit_code, 130) << stopped.err;
  EXPECT_EQ(stopped.out, run.string() + "\n");
  EXPECT_NE(stopped.err.find("--resume " + run.string()), std::string::npos) << stopped.err;
  EXPECT_FALSE(has_leftovers(run));

  const int step = newest_step(run);
  ASSERT_GE(step, 1) << "an interrupt leaves a checkpoint";
  const int last = step + 5;
  expect_success(run_command(tiny_resume(run, {"--steps", std::to_string(last)})));
  const fs::path unstopped = folder / "unstopped";
  expect_success(run_command(tiny_training(unstopped, last, endless)));
  expect_same_folders(checkpoint_of(run, last), checkpoint_of(unstopped, last));
}

TEST(Resume, after_a_kill_goes_on_from_the_last_checkpoint_to_the_same_end) {
  const TemporaryFolder folder;
  const fs::path run = folder / "run", unstopped = folder / "unstopped";
  constexpr int kSteps = 150;
  {
    BackgroundCommand training(tiny_training(run, kSteps, kMuchToRemember), ".");
    // Killed at any moment, also within a checkpoint; had it finished before, that is no other end.
    training.runs_until([&] { return fs::exists(checkpoint_of(run, 14)); });
    training.send(SIGKILL);
    training.wait();
  }
  expect_success(run_command(tiny_resume(run)));
  expect_success(run_command(tiny_training(unstopped, kSteps, kMuchToRemember)));
  expect_same_folders(checkpoint_of(run, kSteps), checkpoint_of(unstopped, kSteps));
  EXPECT_FALSE(has_leftovers(run));
}

TEST(Resume, a_run_that_another_process_trains_is_refused_as_busy) {
  const TemporaryFolder folder;
  const fs::path run = folder / "run";
  BackgroundCommand training(tiny_training(run, 100'000'000, {"--set", "train.log_every=1"}), ".");
  ASSERT_TRUE(training.runs_until([&] { return has_bytes(run / "log.jsonl"); }));
  expect_failure(run_command(tiny_resume(run)), 1, {"[busy]", "in use by process"});
  EXPECT_TRUE(training.is_running()) << "the first is not disturbed";
  training.send(SIGTERM);
  EXPECT_EQ(training.wait().exit_code, 130) << "a polite end counts as stopped by the user";
}

TEST(Resume, of_a_finished_run_changes_nothing) {
  const TemporaryFolder folder;
  const fs::path run = folder / "run";
  expect_success(run_command(tiny_training(run, 3)));
  const std::string weights = file_text(checkpoint_of(run, 3) / "generator.safetensors");
  expect_success(run_command(tiny_resume(run)));
  EXPECT_EQ(file_text(checkpoint_of(run, 3) / "generator.safetensors"), weights);
}

TEST(Resume, does_not_take_another_recipe_or_folder) {
  const Words resume = {"train", "--resume", "somewhere"};
  expect_failure(run_command(resume + Words{"s1-mlp"}), 2, {"--resume", "leave out RECIPE"});
  expect_failure(run_command(resume + Words{"--out", "there"}), 2, {"--resume", "--out"});
}

TEST(Resume, of_what_is_not_a_run_is_refused) {
  const TemporaryFolder folder;
  expect_failure(run_command(tiny_resume(folder / "none")), 2,
                 {"is not a run folder", "recipe.toml"});
}

TEST(Resume, a_dry_run_checks_what_would_go_on) {
  const TemporaryFolder folder;
  const fs::path run = folder / "run";
  expect_success(run_command(tiny_training(run, 3)));
  expect_success(run_command(tiny_resume(run, {"--dry-run", "--steps", "9"})));
  expect_failure(run_command(tiny_resume(run, {"--dry-run", "--set", "game.latent_size=7", "--set",
                                               "discriminator.layers.1.type=dense"})),
                 2, {"[recipe]", "discriminator.layers"});
  expect_failure(run_command(tiny_resume(
                     run, {"--dry-run", "--set", "generator.layers=[{type=\"dense\", units=3}]"})),
                 2, {"[shape]", "generator"});
}

TEST(Resume, says_that_the_newest_checkpoint_is_damaged_and_which_one_it_goes_on_from) {
  const TemporaryFolder folder;
  const fs::path run = folder / "run";
  expect_success(run_command(tiny_training(run, 6, {"--set", "train.checkpoint_every=2"})));
  fs::resize_file(checkpoint_of(run, 6) / "generator.safetensors", 100);
  const CommandResult result = run_command(tiny_resume(run));
  expect_success(result);
  EXPECT_NE(result.err.find("step 6 is damaged and passed over"), std::string::npos) << result.err;
  EXPECT_NE(result.err.find("going on after step 4"), std::string::npos) << result.err;
}

TEST(Resume, a_checkpoint_of_a_newer_version_is_refused_not_passed_over) {
  const TemporaryFolder folder;
  const fs::path run = folder / "run";
  expect_success(run_command(tiny_training(run, 4, {"--set", "train.checkpoint_every=2"})));
  const fs::path state = checkpoint_of(run, 4) / "state.json";
  std::string text = file_text(state);
  text.replace(text.find("\"format_version\": 2"), 19, "\"format_version\": 7");
  write_text(state, text);
  expect_failure(run_command(tiny_resume(run)), 1, {"format version 7", "reads up to 2"});
}

}  // namespace
}  // namespace belamy::testing
