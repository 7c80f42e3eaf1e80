// What a machine does to a training: full and read-only disks, files that go, clocks that jump,
// memory that is not there. Killed processes are kill_test's, damaged files damage_test's.
#include <gtest/gtest.h>
#include <unistd.h>

#include <csignal>
#include <filesystem>
#include <nlohmann/json.hpp>
#include <sstream>

#include "tests/cli/tiny_training.h"

namespace belamy::testing {
namespace {

namespace fs = std::filesystem;

// Files of over 32 KiB (64 blocks of 512 bytes) fail as on a full disk.
const char* const kFullDisk = "ulimit -f 64;";

/// Points in the plane: checkpoints far below the limit of kFullDisk.
Words tiny_points(const fs::path& out, int steps, const Words& more = {}) {
  const std::string layers = "=[{type=\"dense\", units=";
  return Words{"train",     "ring",
               "--out",     out.string(),
               "--steps",   std::to_string(steps),
               "--threads", "1",
               "--set",     "generator.layers" + layers + "2}]",
               "--set",     "discriminator.layers" + layers + "1}]",
               "--set",     "train.log_every=1",
               "--set",     "train.sample_every=0",
               "--set",     "train.pictures=false",
               "--set",     "train.checkpoint_every=2"} +
         more;
}

bool has_bytes(const fs::path& file) {
  std::error_code code;
  return fs::file_size(file, code) > 0 && !code;
}

TEST(FullDisk, ends_a_training_that_cannot_log_and_its_checkpoint_stays) {
  const TemporaryFolder folder;
  const fs::path run = folder / "run", log = run / "log.jsonl";
  expect_success(run_command(tiny_points(run, 2)));
  std::string lines = file_text(log);
  while (lines.size() < (48 << 10)) lines = "{\"step\":1,\"d_loss\":0.5}\n" + lines;
  write_text(log, lines);
  const CommandResult result = run_command(tiny_resume(run, {"--steps", "9"}), ".", kFullDisk);
  expect_failure(result, 1, {"[io]", "cannot write " + log.string(), "free some space"});
  EXPECT_EQ(file_text(log), lines) << "no half line";
  EXPECT_TRUE(fs::exists(checkpoint_of(run, 2)));
  expect_success(run_command(tiny_resume(run, {"--steps", "9"})));
}

TEST(FullDisk, ends_a_training_that_cannot_write_its_samples) {
  const TemporaryFolder folder;
  const fs::path run = folder / "run";
  const Words large = {"--set", "train.sample_count=400", "--set", "train.sample_every=3"};
  expect_success(run_command(tiny_training(run, 1, large)));
  const CommandResult result = run_command(tiny_resume(run, {"--steps", "4"}), ".", kFullDisk);
  expect_failure(result, 1, {"[io]", "samples/step_0000003.png", "free some space"});
  EXPECT_FALSE(has_leftovers(run));
  EXPECT_TRUE(fs::exists(checkpoint_of(run, 1)));
}

TEST(FullDisk, ends_an_export_and_a_grid_without_half_a_file) {
  const TemporaryFolder folder;
  const fs::path run = folder / "run";
  expect_success(run_command(tiny_training(run, 1)));
  for (const char* format : {"safetensors", "torchscript", "onnx"}) {
    const fs::path file = folder / format;
    const Words words = {"export", run.string(), "--format", format, "--out", file.string()};
    expect_failure(run_command(words, ".", kFullDisk), 1,
                   {"[io]", file.string(), "free some space"});
    EXPECT_FALSE(fs::exists(file)) << format;
  }
  const fs::path grid = folder / "grid.png";
  const Words words = {"sample", run.string(), "--count", "400", "--out", grid.string()};
  expect_failure(run_command(words, ".", kFullDisk), 1, {"[io]", grid.string(), "free some space"});
  EXPECT_FALSE(has_leftovers(folder.path()));
}

// Permissions do not hold root: it lays its powers down first.
std::string as_anybody() {
  if (::geteuid() != 0) return "";
  return "set -- \"$0\" \"$@\"; exec setpriv --bounding-set=-all --inh-caps=-all -- \"$@\";";
}

TEST(ReadOnly, run_folders_are_refused_with_what_to_do_and_still_sampled) {
  const TemporaryFolder folder;
  const fs::path run = folder / "run";
  expect_success(run_command(tiny_points(run, 2)));
  if (run_command({"--version"}, ".", as_anybody()).exit_code != 0) GTEST_SKIP() << "no setpriv";
  for (const fs::path& part : {run, run / "checkpoints", run / "samples"}) {
    fs::permissions(part, fs::perms::owner_read | fs::perms::owner_exec);
  }
  fs::permissions(run / "run.lock", fs::perms::owner_read);
  expect_failure(run_command(tiny_resume(run, {"--steps", "4"}), ".", as_anybody()), 1,
                 {"[io]", run.string(), "Permission denied"});
  const fs::path picture = folder / "picture.png";
  expect_success(
      run_command({"sample", run.string(), "--out", picture.string()}, ".", as_anybody()));
  expect_failure(run_command({"sample", run.string()}, ".", as_anybody()), 1,
                 {"[io]", "cannot write", "choose a folder you may write to"});
  for (const fs::path& part : {run, run / "checkpoints", run / "samples"}) {
    fs::permissions(part, fs::perms::owner_all);
  }
}

TEST(Deleted, run_folders_end_their_training_and_do_not_come_back) {
  const TemporaryFolder folder;
  const fs::path run = folder / "run";
  BackgroundCommand training(tiny_points(run, 100'000'000), ".");
  ASSERT_TRUE(training.runs_until([&] { return has_bytes(run / "log.jsonl"); }));
  fs::rename(run, folder / "gone");
  const CommandResult result = training.wait();
  expect_failure(result, 1, {"[io]", (run / "checkpoints").string(), "No such file"});
  EXPECT_FALSE(fs::exists(run));
}

TEST(Deleted, logs_and_old_checkpoints_do_not_end_a_training) {
  const TemporaryFolder folder;
  const fs::path run = folder / "run";
  BackgroundCommand training(tiny_points(run, 100'000'000, {"--set", "train.checkpoint_every=200"}),
                             ".");
  ASSERT_TRUE(training.runs_until([&] { return fs::exists(checkpoint_of(run, 200)); }));
  fs::remove_all(checkpoint_of(run, 200));
  fs::remove(run / "log.jsonl");
  ASSERT_TRUE(training.runs_until([&] { return fs::exists(checkpoint_of(run, 1000)); }));
  training.send(SIGTERM);
  EXPECT_EQ(training.wait().exit_code, 130);
  expect_success(run_command({"sample", run.string()}));
}

TEST(Busy, folders_take_no_second_training_and_stale_locks_hold_nobody) {
  const TemporaryFolder folder;
  const fs::path run = folder / "run";
  {
    BackgroundCommand training(tiny_points(run, 100'000'000), ".");
    ASSERT_TRUE(training.runs_until([&] { return has_bytes(run / "log.jsonl"); }));
    expect_failure(run_command(tiny_points(run, 3)), 1, {"[busy]", "in use by process"});
    training.send(SIGKILL);
    training.wait();
  }
  EXPECT_TRUE(has_bytes(run / "run.lock")) << "left by the killed process";
  expect_success(run_command(tiny_resume(run, {"--dry-run"})));
  write_text(run / "run.lock", "1");  // a number that some process has, which never locked it
  BackgroundCommand again(tiny_resume(run), ".");
  const auto size = fs::file_size(run / "log.jsonl");
  EXPECT_TRUE(again.runs_until([&] { return fs::file_size(run / "log.jsonl") > size; }));
}

TEST(Clock, going_backwards_changes_nothing) {
  const TemporaryFolder folder;
  const fs::path run = folder / "runs" / "run";
  expect_success(run_command(tiny_points(run, 4)));
  const auto later = fs::file_time_type::clock::now() + std::chrono::hours(24 * 365);
  for (const auto& entry : fs::recursive_directory_iterator(run)) {
    fs::last_write_time(entry.path(), later);  // as if written before the clock was set back
  }
  expect_success(run_command(tiny_resume(run, {"--steps", "8"})));
  std::istringstream log(file_text(run / "log.jsonl"));
  double before = 0;
  int lines = 0;
  for (std::string line; std::getline(log, line); ++lines) {
    const auto json = nlohmann::json::parse(line);
    EXPECT_GE(json.at("seconds").get<double>(), before);
    before = json.at("seconds").get<double>();
  }
  EXPECT_EQ(lines, 8);
  expect_success(run_command({"sample", "latest"}, folder.path()));
}

TEST(Memory, of_which_there_is_not_enough_is_told_before_anything_is_made) {
  const TemporaryFolder folder;
  const Words rounds = {"--set", "train.accumulate=4096", "--set", "game.discriminator_steps=1000"};
  const Words batch = {"--set", "train.batch_size=1000"};
  expect_failure(run_command(tiny_training(folder / "run", 1, batch + rounds)), 2,
                 {"needs at least", "are available", "batch"});
  const Words wide = {"--set", "discriminator.layers.2.units=16777216", "--set",
                      "generator.layers.1.units=16777216"};
  expect_failure(run_command(tiny_training(folder / "run", 1, wide)), 2, {"needs at least"});
  EXPECT_FALSE(fs::exists(folder / "run"));
}

}  // namespace
}  // namespace belamy::testing
