// A training killed again and again, which nothing can be prepared for, ends as if it had not been.
#include <gtest/gtest.h>

#include <chrono>
#include <csignal>
#include <filesystem>
#include <functional>
#include <map>
#include <set>
#include <thread>

#include "belamy/core/rng.h"
#include "tests/cli/tiny_games.h"

namespace belamy::testing {
namespace {

namespace fs = std::filesystem;

// Everything that a training remembers, a checkpoint every other step, a log line every step.
const Words kMuchToRemember = {
    "--set", "data.order=shuffled",       "--set", "average.decay=0.9",
    "--set", "train.accumulate=2",        "--set", "optimizer.type=adam",
    "--set", "optimizer.schedule=linear", "--set", "optimizer.global_clipnorm=0.5",
    "--set", "train.log_every=1",         "--set", "train.sample_every=10",
    "--set", "train.checkpoint_every=2",  "--set", "train.keep_every=20",
    "--set", "train.pictures=false"};

/// File by file, below the folder; of the log's lines, what does not tell the time or the memory.
std::map<std::string, std::string> contents(const fs::path& run) {
  std::map<std::string, std::string> files;
  for (const char* part : {"checkpoints", "samples"}) {
    for (const auto& entry : fs::recursive_directory_iterator(run / part)) {
      if (!entry.is_regular_file()) continue;
      files[fs::relative(entry.path(), run).string()] = file_text(entry.path());
    }
  }
  for (auto& json : log_lines(run)) {
    for (const char* key : {"seconds", "images_per_second", "memory_mb"}) json.erase(key);
    files["log.jsonl"] += json.dump() + "\n";
  }
  return files;
}

/// Checkpoints there are, and whether one is being written.
struct Progress {
  int newest = 0;
  bool writing = false;
};

Progress progress(const fs::path& run) {
  Progress found;
  std::error_code code;
  for (const auto& entry : fs::directory_iterator(run / "checkpoints", code)) {
    const std::string name = entry.path().filename().string();
    if (name.starts_with("step_")) found.newest = std::max(found.newest, std::stoi(name.substr(5)));
    if (name.ends_with(".partial")) found.writing = true;
  }
  return found;
}

/// Starts, by the words of a training, or resumes the run and kills it some steps on: odd times
/// while it writes a checkpoint, if it is caught at that. Returns whether it was killed, and had
/// not come to its end.
bool train_and_kill(const fs::path& run, const Words& start, int time, RandomStream& random) {
  const int begin = progress(run).newest;
  const auto steps = static_cast<int>(random.below(9));
  const bool is_new = !fs::exists(run / "recipe.toml");
  BackgroundCommand training(is_new ? start : tiny_resume(run), ".");
  training.runs_until([&] {
    const Progress now = progress(run);
    return now.newest >= begin + steps && (now.writing || time % 2 == 0);
  });
  training.send(SIGKILL);
  return training.wait().exit_code == 128 + SIGKILL;
}

/// The words of a training of some steps into a folder.
using Start = std::function<Words(const fs::path& run, int steps)>;

struct Kills {
  int times = 8, at_least = 3, steps = 60;
};

/// Returns the contents of the run that was not stopped.
std::map<std::string, std::string> expect_unmoved_by_kills(const TemporaryFolder& folder,
                                                           const Start& start, const Kills& asked) {
  const fs::path run = folder / "run", unstopped = folder / "unstopped";
  RandomStream random(1, "kills");
  int kills = 0;
  for (int time = 0; time < asked.times && progress(run).newest < asked.steps - 10; ++time) {
    kills += train_and_kill(run, start(run, asked.steps), time, random) ? 1 : 0;
  }
  EXPECT_GE(kills, asked.at_least);
  expect_success(run_command(tiny_resume(run)));
  expect_success(run_command(start(unstopped, asked.steps)));

  auto whole = contents(unstopped);
  const auto parts = contents(run);
  for (const auto& [name, text] : whole) {
    const auto found = parts.find(name);
    EXPECT_TRUE(found != parts.end() && found->second == text) << name;
  }
  EXPECT_EQ(parts.size(), whole.size());
  EXPECT_FALSE(has_leftovers(run));
  return whole;
}

TEST(Kill, a_training_killed_again_and_again_ends_in_the_bytes_of_one_that_was_not) {
  const TemporaryFolder folder;
  const auto start = [](const fs::path& run, int steps) {
    return tiny_training(run, steps, kMuchToRemember);
  };
  const auto whole = expect_unmoved_by_kills(folder, start, {});
  EXPECT_EQ(whole.count("checkpoints/step_0000060/generator_average.safetensors"), 1u);
  EXPECT_EQ(whole.count("checkpoints/step_0000020/state.json"), 1u) << "kept as a multiple of 20";
}

// Classes, colour, and two sides.
TEST(Kill, a_training_of_every_kind_of_game_ends_in_the_bytes_of_one_that_was_not) {
  const TemporaryFolder digits;
  const fs::path pictures = digits / "pictures";
  expect_success(run_command(tiny_classes(digits / "run", 2, "input")));
  expect_success(run_command(
      {"sample", (digits / "run").string(), "--count", "4", "--each", pictures.string()}));
  const Words often = {"--set", "train.log_every=1",   "--set", "train.checkpoint_every=2",
                       "--set", "train.health_every=5"};
  const Start starts[] = {
      [](const fs::path& run, int steps) { return tiny_classes(run, steps, "projection"); },
      [&](const fs::path& run, int steps) { return tiny_colour(run, steps, pictures); },
      [&](const fs::path& run, int steps) { return tiny_cycle(run, steps, pictures); }};
  for (const Start& start : starts) {
    const TemporaryFolder folder;
    expect_unmoved_by_kills(
        folder, [&](const fs::path& run, int steps) { return start(run, steps) + often; },
        {.times = 2, .at_least = 1, .steps = 24});
  }
}

// Before the training listens, while it loads, trains or writes a checkpoint, when it ends.
TEST(Signals, of_every_kind_at_any_moment_and_in_pairs_leave_a_run_that_ends_the_same) {
  const TemporaryFolder folder;
  const fs::path run = folder / "run", unstopped = folder / "unstopped";
  const auto start = [](const fs::path& to) {
    return Words{"train",     "ring",
                 "--out",     to.string(),
                 "--steps",   "400",
                 "--threads", "1",
                 "--set",     "train.log_every=1",
                 "--set",     "train.sample_every=40",
                 "--set",     "train.sample_count=50",
                 "--set",     "train.checkpoint_every=7",
                 "--set",     "train.pictures=false"};
  };
  RandomStream random(2, "signals");
  constexpr int kKinds[] = {SIGINT, SIGTERM, SIGKILL};
  std::map<int, int> ended;  // by exit code
  for (int time = 0; time < 16; ++time) {
    const int before = progress(run).newest;
    const auto steps = static_cast<int>(random.below(40));
    BackgroundCommand training(fs::exists(run / "recipe.toml") ? tiny_resume(run) : start(run),
                               ".");
    if (time % 4 != 0) training.runs_until([&] { return progress(run).newest >= before + steps; });
    std::this_thread::sleep_for(std::chrono::milliseconds(random.below(time % 4 == 0 ? 400 : 5)));
    training.send(kKinds[random.below(3)]);
    if (time % 2 == 0) training.send(kKinds[random.below(3)]);
    const CommandResult result = training.wait();
    ++ended[result.exit_code];
    ASSERT_TRUE(std::set({0, 130, 128 + SIGTERM, 128 + SIGKILL}).count(result.exit_code) == 1)
        << result.exit_code << ": " << result.err;
  }
  EXPECT_GE(ended[130], 2) << "some were asked politely";
  EXPECT_GE(ended[128 + SIGKILL], 2) << "and some were not";
  if (!fs::exists(run / "recipe.toml")) expect_success(run_command(start(run)));
  expect_success(run_command(tiny_resume(run)));
  expect_success(run_command(start(unstopped)));
  const auto whole = contents(unstopped), parts = contents(run);
  EXPECT_EQ(whole.count("checkpoints/step_0000400/state.json"), 1u);
  EXPECT_EQ(whole.count("samples/step_0000360.png"), 1u);
  for (const auto& [name, text] : whole) {
    const bool is_kept = name.starts_with("checkpoints/step_0000400") || name == "log.jsonl" ||
                         name.starts_with("samples/");
    if (!is_kept) continue;
    EXPECT_TRUE(parts.count(name) == 1 && parts.at(name) == text) << name;
  }
  EXPECT_FALSE(has_leftovers(run));
}

}  // namespace
}  // namespace belamy::testing
