// What a machine does to a training: full and read-only disks, files that go, memory
// that is not there. Killed processes are kill_test's, damaged files damage_test's, clocks that
// jump tests/train/clock_test's.
#include <gtest/gtest.h>
#include <unistd.h>

#include <csignal>
#include <filesystem>
#include <string>

#include "belamy/core/memory.h"
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

/// A text as one word of the shell's.
std::string quoted(const std::string& text) {
  return "'" + text + "'";
}

/// Shell text that runs the command on a file system of its own at folder/disk, which nobody else
/// sees: of 4 MiB, with a copy of `run` at disk/run, filled but for `free` KiB. What is there at
/// the end, the filler apart, is left at folder/left.
std::string on_full_disk(const fs::path& folder, const fs::path& run, int free) {
  fs::create_directories(folder / "disk");
  const std::string inner = "mount -t tmpfs -o size=4m none disk && cp -r " + run.string() +
                            " disk/run && "
                            "{ cat /dev/zero > disk/filler; truncate -s -" +
                            std::to_string(free) +
                            "K disk/filler; } 2>/dev/null; \"$0\" \"$@\"; code=$?; "
                            "rm disk/filler; cp -r disk left; exit $code";
  return "cd " + quoted(folder.string()) + "; set -- unshare -rm sh -c " + quoted(inner) +
         " \"$0\" \"$@\"; exec \"$@\";";
}

bool may_mount() {
  const std::string probe = "unshare -rm sh -c 'mount -t tmpfs none /mnt' || exit 9;";
  return run_command({"--version"}, ".", probe).exit_code == 0;
}

constexpr const char* kNoMounts = "no user and mount namespaces here";
constexpr const char* kNoSpace = "No space left on device; free some space";

// 12 KiB hold recipe.toml anew and what the logs grow by, but no checkpoint of five files.
TEST(FullDisk, of_a_file_system_without_space_ends_a_checkpoint_and_leaves_the_one_before) {
  if (!may_mount()) GTEST_SKIP() << kNoMounts;
  const TemporaryFolder folder;
  const fs::path run = folder / "made", left = folder / "left" / "run";
  expect_success(run_command(tiny_points(run, 2)));
  const CommandResult result = run_command(tiny_resume("disk/run", {"--steps", "9"}), ".",
                                           on_full_disk(folder.path(), run, 12));
  expect_failure(result, 1, {"[io]", "disk/run/checkpoints/", kNoSpace});
  EXPECT_FALSE(has_leftovers(left));
  EXPECT_FALSE(fs::exists(checkpoint_of(left, 4)));
  expect_success(run_command(tiny_resume(left, {"--steps", "9"})));
  EXPECT_TRUE(fs::exists(checkpoint_of(left, 9)));
}

// With neither checkpoints nor samples to come, the lines of losses are what fills the disk.
TEST(FullDisk, of_a_file_system_without_space_ends_a_log_with_a_whole_line) {
  if (!may_mount()) GTEST_SKIP() << kNoMounts;
  const TemporaryFolder folder;
  const fs::path run = folder / "made", left = folder / "left" / "run";
  expect_success(run_command(tiny_points(run, 2)));
  const Words words = {"--steps", "100000", "--set", "train.checkpoint_every=0"};
  const CommandResult result =
      run_command(tiny_resume("disk/run", words), ".", on_full_disk(folder.path(), run, 64));
  expect_failure(result, 1, {"[io]", "cannot write disk/run/", kNoSpace});
  EXPECT_TRUE(result.err.find("log.jsonl") != std::string::npos ||
              result.err.find("events.out") != std::string::npos)
      << result.err;
  EXPECT_TRUE(file_text(left / "log.jsonl").ends_with("}\n"));
  EXPECT_GT(log_lines(left).size(), 10u);
  expect_success(run_command(tiny_resume(left, {"--steps", "9"})));
  EXPECT_EQ(log_lines(left).size(), 9u) << "every line is one again";
}

TEST(FullDisk, of_a_file_system_without_space_ends_samples_exports_and_grids_without_half_a_file) {
  if (!may_mount()) GTEST_SKIP() << kNoMounts;
  const TemporaryFolder folder;
  const fs::path run = folder / "made", left = folder / "left";
  const Words large = {"--set", "train.sample_count=400", "--set", "train.sample_every=3"};
  expect_success(run_command(tiny_training(run, 1, large)));
  const auto expect_full = [&](const Words& words, const std::string& file) {
    SCOPED_TRACE(file);
    fs::remove_all(left);
    const CommandResult result =
        run_command(words, ".", on_full_disk(folder.path(), run, /*free=*/16));
    expect_failure(result, 1, {"[io]", file, kNoSpace});
    EXPECT_FALSE(has_leftovers(left));
    EXPECT_FALSE(fs::exists(left / fs::path(file).lexically_relative("disk")));
    EXPECT_TRUE(fs::exists(checkpoint_of(left / "run", 1)));
  };
  expect_full(tiny_resume("disk/run", {"--steps", "4"}), "disk/run/samples/step_0000003.png");
  for (const char* format : {"safetensors", "torchscript", "onnx"}) {
    expect_full({"export", "disk/run", "--format", format, "--out", "disk/exported"},
                "disk/exported");
  }
  expect_full({"sample", "disk/run", "--count", "400", "--out", "disk/grid.png"}, "disk/grid.png");
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
  // The training goes on writing while its files are removed: again until there is nothing left.
  std::error_code code;
  do fs::remove_all(run, code);
  while (fs::exists(run));
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
    expect_failure(run_command(tiny_points(run, 3)), 1,
                   {"[busy]", "in use by process " + std::to_string(training.process()) + ";"});
    expect_failure(run_command(tiny_resume(run)), 1,
                   {"[busy]", "in use by process " + std::to_string(training.process()) + ";"});
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

/// A ring in networks that keep `units` values of each of 65,536 points.
Words many_points(const fs::path& out, int units) {
  return Words{"train", "ring", "--out", out.string(), "--steps", "1", "--threads", "1"} +
         Words{"--set",
               "train.batch_size=65536",
               "--set",
               "train.sample_every=0",
               "--set",
               "train.pictures=false",
               "--set",
               "train.precision=fp32",
               "--set",
               "discriminator.layers=[{type=\"dense\", units=" + std::to_string(units) +
                   "}, {type=\"dense\", units=1}]"};
}

TEST(Memory, that_a_batch_cannot_fit_into_is_told_with_a_batch_that_does) {
  const TemporaryFolder folder;
  const CommandResult result = run_command(many_points(folder / "run", 8 << 20));  // 4 TB
  expect_failure(result, 2, {"[usage] a training step needs at least", "are available"});
  const std::string before = "try train.batch_size = ", after = " instead of 65536";
  const size_t at = result.err.find(before);
  ASSERT_NE(at, std::string::npos) << result.err;
  EXPECT_GE(std::stoi(result.err.substr(at + before.size())), 1);
  EXPECT_NE(result.err.find(after), std::string::npos) << result.err;
  EXPECT_FALSE(fs::exists(folder / "run"));
}

#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
constexpr bool kIsSanitized = true;
#else
constexpr bool kIsSanitized = false;
#endif

// Addresses for less than 2 GB, which no estimate knows of. One thread: BLAS takes some for each.
const char* const kFewAddresses = "export OMP_NUM_THREADS=1; ulimit -v 2000000;";
constexpr const char* kNoMemory =
    "belamy: [memory] not enough memory; try a smaller train.batch_size, or fewer samples at once";

TEST(Memory, that_ends_in_a_step_is_told_with_what_to_try) {
  if (kIsSanitized) GTEST_SKIP() << "sanitizers need all addresses";
  constexpr uint64_t kEstimated = uint64_t{3} << 30;
  if (available_memory() < kEstimated) GTEST_SKIP() << "refused here before it begins";
  const TemporaryFolder folder;
  const CommandResult result =
      run_command(many_points(folder / "run", 4096), ".", kFewAddresses);  // LibTorch's refusal
  expect_failure(result, 1, {kNoMemory});
  EXPECT_EQ(result.err.find("Error code"), std::string::npos) << "no stack of LibTorch's";
}

TEST(Memory, that_ends_while_data_are_read_is_told_with_what_to_try) {
  if (kIsSanitized) GTEST_SKIP() << "sanitizers need all addresses";
  constexpr uint64_t kRead = uint64_t{2} << 30;
  if (available_memory() < kRead) GTEST_SKIP() << "refused here before it begins";
  const TemporaryFolder folder;
  const std::string header("\0\0\x08\x03\0\x0f\x42\x40\0\0\0\x1c\0\0\0\x1c", 16);
  write_text(folder / "million", header);
  fs::resize_file(folder / "million", 16 + 784 * 1'000'000);  // takes no disk
  const Words words = {"train",     "s1-mlp",
                       "--out",     (folder / "run").string(),
                       "--threads", "1",
                       "--set",     "data.name=idx",
                       "--set",     "data.path=" + (folder / "million").string()};
  const std::string few = "export OMP_NUM_THREADS=1; ulimit -v 1200000;";  // std::bad_alloc
  expect_failure(run_command(words, ".", few), 1, {kNoMemory});
  EXPECT_FALSE(fs::exists(folder / "run"));
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
