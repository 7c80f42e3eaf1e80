#include "belamy/train/health_monitor.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>
#include <cmath>

#include "belamy/core/file.h"
#include "belamy/train/run_log.h"
#include "belamy/train/training.h"
#include "tests/support/errors.h"
#include "tests/support/temporary_folder.h"

namespace belamy {
namespace {

using ::testing::Contains;
using ::testing::HasSubstr;
using testing::TemporaryFolder;

struct Watched {
  std::vector<std::string> names;  // of what was found
  std::string told;
  RunLog log;
};

// The ring with changes, and what its health monitor says.
Watched watch(const std::vector<std::string>& changes) {
  const TemporaryFolder folder;
  std::vector<std::string> all = {"train.precision=fp32", "train.pictures=false",
                                  "train.sample_every=0", "train.checkpoint_every=0",
                                  "train.health_every=25"};
  all.insert(all.end(), changes.begin(), changes.end());
  Watched watched;
  const auto tell = [&](const std::string& text) { watched.told += text + "\n"; };
  train(load_recipe("ring", all), folder / "run", {1, {}, nullptr, tell});
  watched.log = read_run_log(folder / "run/log.jsonl");
  for (const RunLog::Note& note : watched.log.notes) watched.names.push_back(note.name);
  return watched;
}

TEST(HealthMonitor, names_a_discriminator_that_saturates_and_the_gradient_that_vanishes) {
  const Watched watched = watch({"train.steps=300", "train.batch_size=64", "loss.name=minimax",
                                 "game.discriminator_steps=5",
                                 "generator.optimizer={ type = \"adam\", learning_rate = 1e-6 }"});
  EXPECT_THAT(watched.names, Contains("discriminator_saturation")) << watched.told;
  EXPECT_THAT(watched.names, Contains("vanishing_gradient")) << watched.told;
  EXPECT_THAT(watched.told, HasSubstr("loss.name = non_saturating"));
  EXPECT_THAT(watched.told, HasSubstr("game.discriminator_steps = 1"));
}

TEST(HealthMonitor, names_a_generator_that_collapses) {
  const Watched watched =
      watch({"train.steps=500", "train.batch_size=64",
             "discriminator.optimizer={ type = \"adam\", learning_rate = 1e-4 }",
             "generator.optimizer={ type = \"adam\", learning_rate = 1e-2, beta1 = 0.9 }"});
  EXPECT_THAT(watched.names, Contains("mode_collapse")) << watched.told;
  EXPECT_THAT(watched.told, HasSubstr("as far from one another as real ones"));
  EXPECT_THAT(watched.told, HasSubstr("generator.optimizer"));
}

TEST(HealthMonitor, names_a_training_that_explodes) {
  const Watched watched =
      watch({"train.steps=25", "train.batch_size=64", "optimizer.learning_rate=1"});
  EXPECT_THAT(watched.names, Contains("explosion")) << watched.told;
  EXPECT_THAT(watched.told, HasSubstr("a loss came to"));
  EXPECT_THAT(watched.told, HasSubstr("optimizer.learning_rate"));
}

TEST(HealthMonitor, says_of_a_good_training_that_nothing_is_wrong) {
  const Watched watched = watch({"train.steps=100", "train.batch_size=64"});
  EXPECT_TRUE(watched.names.empty()) << watched.told;
  EXPECT_EQ(watched.told, "health: nothing wrong in 4 checks\n");
  EXPECT_EQ(watched.log.values.at("diversity").size(), 5u);  // step 1 has no check
}

TEST(HealthMonitor, is_silent_when_it_is_switched_off) {
  const Watched watched = watch({"train.steps=50", "train.health_every=0"});
  EXPECT_EQ(watched.told, "");
  EXPECT_FALSE(watched.log.has("diversity"));
}

TEST(HealthMonitor, an_explosion_is_rolled_back_when_the_recipe_says_so) {
  const TemporaryFolder folder;
  std::string told;
  const auto tell = [&](const std::string& text) { told += text + "\n"; };
  const Recipe recipe =
      load_recipe("ring", {"train.precision=fp32", "train.pictures=false", "train.sample_every=0",
                           "train.checkpoint_every=1", "train.steps=25", "train.batch_size=64",
                           "optimizer.learning_rate=0.5", "train.on_divergence=roll_back"});
  try {
    train(recipe, folder / "run", {1, {}, nullptr, tell});
  } catch (const Error& error) {
    EXPECT_EQ(error.kind(), ErrorKind::kDiverged) << "other numbers may explode as well";
  }
  EXPECT_THAT(told, HasSubstr("rolled back: "));
  EXPECT_THAT(told, HasSubstr("exploded to"));
}

TEST(HealthMonitor, a_divergence_that_ends_a_training_is_noted) {
  const TemporaryFolder folder;
  testing::error_of(ErrorKind::kDiverged, [&] {
    train(load_recipe("ring", {"train.precision=fp32", "train.pictures=false", "train.steps=200",
                               "train.sample_every=0", "optimizer.type=sgd",
                               "optimizer.learning_rate=1000"}),
          folder / "run");
  });
  const RunLog log = read_run_log(folder / "run/log.jsonl");
  ASSERT_FALSE(log.notes.empty());
  EXPECT_EQ(log.notes.back().name, "divergence");
  EXPECT_THAT(log.notes.back().finding, HasSubstr("nan"));
}

/// Asks for a stop after a step, as Ctrl-C does.
class StopAfter final : public Monitor {
 public:
  explicit StopAfter(int64_t step) : step_(step) {}
  void on_step(const TrainingView&, const StepView& step) override {
    if (step.step == step_) stop = true;
  }
  std::atomic<bool> stop{false};

 private:
  int64_t step_;
};

TEST(HealthMonitor, a_resumed_training_finds_what_one_that_never_stopped_does) {
  const Recipe recipe = load_recipe(
      "ring", {"train.precision=fp32", "train.pictures=false", "train.sample_every=0",
               "train.steps=63", "train.health_every=5", "train.batch_size=64",
               "train.log_every=1000", "loss.name=minimax", "game.discriminator_steps=5",
               "generator.optimizer={ type = \"adam\", learning_rate = 1e-6 }"});
  const TemporaryFolder folder;
  StopAfter stopper(42);  // between two checks
  train(recipe, folder / "whole");
  train(recipe, folder / "parts", {1, {&stopper}, &stopper.stop});
  resume(folder / "parts");
  const RunLog whole = read_run_log(folder / "whole/log.jsonl");
  const RunLog parts = read_run_log(folder / "parts/log.jsonl");
  const auto numbers = [](const std::vector<double>& values) {
    std::vector<double> known;
    for (const double value : values) {
      if (!std::isnan(value)) known.push_back(value);
    }
    return known;
  };
  EXPECT_EQ(numbers(whole.values.at("diversity")), numbers(parts.values.at("diversity")));
  ASSERT_FALSE(whole.notes.empty());
  ASSERT_EQ(whole.notes.size(), parts.notes.size());
  for (size_t i = 0; i < whole.notes.size(); ++i) {
    EXPECT_EQ(whole.notes[i].step, parts.notes[i].step);
    EXPECT_EQ(whole.notes[i].finding, parts.notes[i].finding);
  }
}

}  // namespace
}  // namespace belamy
