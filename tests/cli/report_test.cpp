// belamy report, and what `belamy train` says of a training's health.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/cli/command.h"
#include "tests/cli/tiny_training.h"

namespace belamy::testing {
namespace {

using ::testing::HasSubstr;
namespace fs = std::filesystem;

TEST(ReportCommand, writes_the_page_and_prints_its_path) {
  const TemporaryFolder folder;
  expect_success(run_command(tiny_training(folder / "run", 3)));
  const CommandResult inside = run_command({"report", (folder / "run").string()});
  expect_success(inside);
  EXPECT_EQ(inside.out, (folder / "run/report.html").string() + "\n");
  EXPECT_THAT(file_text(folder / "run/report.html"), HasSubstr("<h1>s3-scratch</h1>"));
  const CommandResult chosen =
      run_command({"report", (folder / "run").string(), "--out", (folder / "page.html").string()});
  expect_success(chosen);
  EXPECT_EQ(chosen.out, (folder / "page.html").string() + "\n");
  EXPECT_TRUE(fs::exists(folder / "page.html"));
}

TEST(ReportCommand, what_is_no_run_or_cannot_be_written_is_refused) {
  const TemporaryFolder folder;
  expect_failure(run_command({"report", (folder / "nothing").string()}), 2,
                 {"nothing", "is not a run folder"});
  expect_success(run_command(tiny_training(folder / "run", 1)));
  expect_failure(run_command({"report", (folder / "run").string(), "--out",
                              (folder / "missing/page.html").string()}),
                 1, {"missing/page.html"});
  expect_failure(run_command({"report", (folder / "run").string(), "--ot", "x"}), 2, {"--out"});
}

TEST(TrainCommand, a_finding_is_told_when_it_is_made_and_at_the_end) {
  const TemporaryFolder folder;
  // A generator that hardly moves before a discriminator that takes five steps to its one.
  const CommandResult result =
      run_command({"train", "ring", "--out", "run", "--steps", "300", "--threads", "1",
                   "--precision", "fp32", "--set", "train.health_every=50", "--set",
                   "loss.name=minimax", "--set", "game.discriminator_steps=5", "--set",
                   "generator.optimizer={ type = \"adam\", learning_rate = 1e-6 }"},
                  folder.path());
  expect_success(result);
  EXPECT_THAT(result.err, HasSubstr("health, step "));
  EXPECT_THAT(result.err, HasSubstr("health: discriminator saturation since step"));
  EXPECT_THAT(result.err, HasSubstr("loss.name = non_saturating"));
}

}  // namespace
}  // namespace belamy::testing
