#include <gtest/gtest.h>

#include <filesystem>
#include <nlohmann/json.hpp>

#include "tests/cli/tiny_training.h"

namespace belamy::testing {
namespace {

namespace fs = std::filesystem;

Words tiny_benchmark(const fs::path& out, const Words& more = {}) {
  return Words{"benchmark", "modes", "--which", "ring", "--out", out.string(),
               "--threads", "1",     "--steps", "20",   "--set", "train.batch_size=32"} +
         more;
}

TEST(BenchmarkCommand, trains_counts_and_does_not_train_again) {
  const TemporaryFolder folder;
  const fs::path out = folder / "ring";
  const CommandResult first = run_command(tiny_benchmark(out, {"--runs", "2", "--json"}));
  expect_success(first);
  const auto line = nlohmann::json::parse(first.out);
  EXPECT_EQ(line.at("which"), "ring");
  EXPECT_EQ(line.at("runs"), 2);
  for (const char* key : {"modes", "high_quality", "kl"}) {
    ASSERT_EQ(line.at(key).size(), 2u) << key;
    EXPECT_GE(line.at(key).at(0).get<double>(), 0) << key;
  }
  for (const char* name : {"seed-1.png", "seed-2.png", "seed-1-decision.png"}) {
    EXPECT_TRUE(fs::exists(out / name)) << name;
  }
  const auto written = fs::last_write_time(out / "seed-1/log.jsonl");
  const CommandResult again = run_command(tiny_benchmark(out, {"--runs", "2", "--json"}));
  expect_success(again);
  EXPECT_EQ(again.out, first.out);
  EXPECT_EQ(fs::last_write_time(out / "seed-1/log.jsonl"), written);

  // One more run, as a table with what others reached.
  const CommandResult table = run_command(tiny_benchmark(out, {"--runs", "1"}));
  expect_success(table);
  for (const char* words : {"PacGAN4", "95.9", "modes-ring, 1 run"}) {
    EXPECT_NE(table.out.find(words), std::string::npos) << words << " is not in\n" << table.out;
  }
  // A run of another recipe is neither taken for one of this nor overwritten.
  expect_failure(run_command(tiny_benchmark(out, {"--recipe", "ring"})), 2,
                 {"another recipe", "--out"});
}

TEST(BenchmarkCommand, what_it_does_not_know_is_refused_before_anything_is_trained) {
  const TemporaryFolder folder;
  expect_failure(run_command({"benchmark", "modes", "--which", "rings"}), 2, {"'ring'"});
  expect_failure(run_command(tiny_benchmark(folder / "out", {"--recipe", "modes-grid"})), 2,
                 {"data.name", "learns from ring"});
  EXPECT_FALSE(fs::exists(folder / "out"));
}

}  // namespace
}  // namespace belamy::testing
