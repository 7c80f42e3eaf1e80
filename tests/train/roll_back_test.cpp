#include "belamy/train/roll_back.h"

#include <gtest/gtest.h>

#include <cmath>
#include <nlohmann/json.hpp>
#include <utility>

#include "belamy/core/file.h"
#include "belamy/nn/network.h"
#include "belamy/train/checkpoint.h"
#include "belamy/train/training.h"
#include "tests/support/errors.h"
#include "tests/support/temporary_folder.h"

namespace belamy {
namespace {

using testing::error_of;
using testing::TemporaryFolder;

TEST(RollBack, moves_every_random_stream_elsewhere_for_each_attempt) {
  TrainingState state;
  state.game.counters = R"({"generator_updates":7,"latent_position":3,"dropout_position":4})";
  state.loader = {2, 64, 5};
  const TrainingState first = vary_random_streams(state, 1), second = vary_random_streams(state, 2);
  const auto counters = nlohmann::json::parse(first.game.counters);
  EXPECT_EQ(counters["generator_updates"], 7);
  EXPECT_NE(counters["latent_position"], 3);
  EXPECT_NE(counters["dropout_position"], 4);
  EXPECT_NE(first.game.counters, second.game.counters);
  EXPECT_EQ(first.loader.position, 64);
  EXPECT_NE(first.loader.epoch, 2u);
  EXPECT_NE(first.loader.random_position, 5u);
  EXPECT_EQ(first.game.counters, vary_random_streams(state, 1).game.counters);
}

// Explodes at one step, the first so many times that it is done.
class Spoiler final : public Monitor {
 public:
  Spoiler(int64_t step, int times) : step_(step), times_(times) {}
  void on_step(const TrainingView&, const StepView& step) override {
    if (step.step != step_ || times_-- <= 0) return;
    fail(ErrorKind::kDiverged, "g_loss became nan at step {}", step.step);
  }

 private:
  int64_t step_;
  int times_;
};

Recipe ring(const std::vector<std::string>& more = {}) {
  std::vector<std::string> all = {
      "train.steps=12",       "train.batch_size=16",      "train.log_every=1",
      "train.sample_every=0", "train.precision=fp32",     "train.pictures=false",
      "train.health_every=4", "train.checkpoint_every=5", "train.on_divergence=roll_back"};
  all.insert(all.end(), more.begin(), more.end());
  return load_recipe("ring", all);
}

std::vector<uint8_t> generator_bytes(const std::filesystem::path& run) {
  return read_bytes(run / "checkpoints/step_0000012/generator.safetensors", 1 << 26);
}

// The log without what differs from run to run.
std::vector<std::string> log_lines(const std::filesystem::path& run) {
  std::istringstream text(read_text(run / "log.jsonl", 1 << 20));
  std::vector<std::string> lines;
  for (std::string line; std::getline(text, line);) {
    auto json = nlohmann::json::parse(line);
    for (const char* key : {"seconds", "images_per_second", "memory_mb"}) json.erase(key);
    lines.push_back(json.dump());
  }
  return lines;
}

// Puts a NaN among a network's weights after a step, the first so many times that it is done: what
// an overflow or a broken kernel would leave.
class Poisoner final : public Monitor {
 public:
  Poisoner(const char* network, int64_t step, int times)
      : network_(network), step_(step), times_(times) {}
  void on_step(const TrainingView& training, const StepView& step) override {
    if (step.step != step_ || times_-- <= 0) return;
    const at::NoGradGuard no_gradients;
    for (const Network* network : training.game.networks()) {
      if (network->name() == network_) network->parameters().front().tensor.view(-1)[0] = NAN;
    }
  }

 private:
  std::string network_;
  int64_t step_;
  int times_;
};

// Of every tensor of every checkpoint: how many there are, and how many of them hold a NaN.
std::pair<int, int> held_and_poisoned(const std::filesystem::path& folder) {
  const belamy::Run run = belamy::Run::open(folder);
  int held = 0, poisoned = 0;
  for (const int64_t step : run.checkpoint_steps()) {
    for (const auto& [file, tensors] :
         load_checkpoint(run.checkpoint(std::to_string(step))).game.files) {
      for (const NamedTensor& each : tensors) {
        ++held;
        poisoned += at::isfinite(each.tensor).all().item<bool>() ? 0 : 1;
      }
    }
  }
  return {held, poisoned};
}

void expect_sound_checkpoints(const std::filesystem::path& folder) {
  const auto [held, poisoned] = held_and_poisoned(folder);
  EXPECT_GT(held, 0);
  EXPECT_EQ(poisoned, 0);
}

// At step 8 the next round's losses tell; at step 10, of a checkpoint, the weights are looked at
// before it is made; at the last step nothing comes after.
TEST(RollBack, a_nan_among_the_weights_is_noticed_and_the_training_ends_with_finite_ones) {
  for (const char* network : {"generator", "discriminator"}) {
    for (const int64_t step : {8, 10, 12}) {
      SCOPED_TRACE(fmt::format("{} at step {}", network, step));
      const TemporaryFolder folder;
      Poisoner poisoner(network, step, 1);
      std::string told;
      const auto tell = [&](const std::string& text) { told += text + "\n"; };
      const TrainingResult result = train(ring(), folder / "run", {1, {&poisoner}, nullptr, tell});
      EXPECT_EQ(result.outcome, Outcome::kFinished);
      EXPECT_EQ(result.step, 12);
      const std::string from =
          fmt::format("going on from the checkpoint of step {}", step == 12 ? 10 : 5);
      EXPECT_NE(told.find(from), std::string::npos) << told;
      EXPECT_EQ(belamy::Run::open(folder / "run").checkpoint_steps(),
                (std::vector<int64_t>{5, 10, 12}));
      expect_sound_checkpoints(folder / "run");
    }
  }
}

TEST(RollBack, without_it_a_nan_among_the_weights_is_an_error_and_in_no_checkpoint) {
  for (const char* network : {"generator", "discriminator"}) {
    for (const int64_t step : {8, 10, 12}) {
      SCOPED_TRACE(fmt::format("{} at step {}", network, step));
      const TemporaryFolder folder;
      Poisoner poisoner(network, step, 1);
      const std::string message = error_of(ErrorKind::kDiverged, [&] {
        train(ring({"train.on_divergence=stop"}), folder / "run", {1, {&poisoner}});
      });
      const std::string found = fmt::format("at step {}", step == 8 ? 9 : step);
      EXPECT_NE(message.find(found), std::string::npos) << message;
      EXPECT_EQ(belamy::Run::open(folder / "run").checkpoint_steps().back(), step == 12 ? 10 : 5);
      expect_sound_checkpoints(folder / "run");
    }
  }
}

TEST(RollBack, goes_on_from_the_checkpoint_with_other_numbers_and_says_so) {
  const TemporaryFolder folder;
  Spoiler spoiler(8, 2), again(8, 2);
  std::string told;
  const auto tell = [&](const std::string& text) { told += text + "\n"; };
  const TrainingResult result = train(ring(), folder / "run", {1, {&spoiler}, nullptr, tell});
  EXPECT_EQ(result.outcome, Outcome::kFinished);
  EXPECT_EQ(result.step, 12);
  EXPECT_NE(told.find("g_loss became nan at step 8; going on from the checkpoint of step 5"),
            std::string::npos)
      << told;
  EXPECT_NE(told.find("2 of 3 times"), std::string::npos) << told;

  train(ring(), folder / "whole");
  EXPECT_NE(generator_bytes(folder / "run"), generator_bytes(folder / "whole"));
  train(ring(), folder / "again", {1, {&again}});
  EXPECT_EQ(generator_bytes(folder / "run"), generator_bytes(folder / "again"));
  EXPECT_EQ(log_lines(folder / "run"), log_lines(folder / "again"));

  std::vector<int> steps;
  int noted = 0;
  for (const std::string& line : log_lines(folder / "run")) {
    const auto json = nlohmann::json::parse(line);
    if (json.contains("d_loss")) steps.push_back(json["step"]);
    if (json.value("health", "") == "rolled_back") ++noted;
  }
  EXPECT_EQ(steps, (std::vector<int>{1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12}));
  EXPECT_EQ(noted, 1);
}

TEST(RollBack, ends_when_a_checkpoint_was_gone_back_to_often_enough) {
  const TemporaryFolder folder;
  Spoiler spoiler(8, 99);
  std::string told;
  const auto tell = [&](const std::string& text) { told += text + "\n"; };
  const Recipe recipe = ring({"train.max_roll_backs=2"});
  const std::string message = error_of(ErrorKind::kDiverged, [&] {
    train(recipe, folder / "run", {1, {&spoiler}, nullptr, tell});
  });
  EXPECT_NE(message.find("step 8"), std::string::npos) << message;
  EXPECT_NE(told.find("(2 of 2 times)"), std::string::npos) << told;
}

TEST(RollBack, needs_a_checkpoint_and_the_recipes_word) {
  const TemporaryFolder folder;
  Spoiler early(3, 1), unwanted(8, 1);
  error_of(ErrorKind::kDiverged, [&] { train(ring(), folder / "early", {1, {&early}}); });
  error_of(ErrorKind::kDiverged, [&] {
    train(ring({"train.on_divergence=stop"}), folder / "stop", {1, {&unwanted}});
  });
}

}  // namespace
}  // namespace belamy
