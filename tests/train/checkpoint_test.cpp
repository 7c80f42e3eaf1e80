#include "belamy/train/checkpoint.h"

#include <fstream>
#include <nlohmann/json.hpp>

#include "belamy/core/file.h"
#include "belamy/core/rng.h"
#include "tests/support/errors.h"
#include "tests/support/places.h"
#include "tests/support/temporary_folder.h"
#include "tests/train/tiny_ring.h"

namespace belamy {
namespace {

using testing::error_of;
using testing::fixture;
using testing::log_lines;
using testing::TemporaryFolder;
using testing::tiny;

namespace fs = std::filesystem;

TEST(Checkpoint, every_damaged_or_missing_file_is_named) {
  const TemporaryFolder folder;
  train(tiny(), folder / "run");
  const fs::path checkpoint = folder / "run/checkpoints" / step_name(12);
  for (const char* name : {"state.json", "generator.safetensors"}) {
    const auto whole = read_bytes(checkpoint / name, 1 << 26);
    write_file_atomically(checkpoint / name, std::span(whole).first(whole.size() / 2));
    const std::string message =
        error_of(ErrorKind::kCheckpoint, [&] { load_checkpoint(checkpoint); });
    EXPECT_NE(message.find(name), std::string::npos) << message;
    write_file_atomically(checkpoint / name, whole);
  }
  fs::remove(checkpoint / "generator_optimizer.safetensors");
  const std::string message =
      error_of(ErrorKind::kCheckpoint, [&] { load_checkpoint(checkpoint); });
  EXPECT_NE(message.find("generator_optimizer.safetensors is missing"), std::string::npos);
}

TEST(Checkpoint, one_bit_of_a_weight_is_noticed) {
  const TemporaryFolder folder;
  train(tiny(), folder / "run");
  const fs::path checkpoint = folder / "run/checkpoints" / step_name(12);
  auto bytes = read_bytes(checkpoint / "discriminator.safetensors", 1 << 26);
  bytes[bytes.size() - 3] ^= 1;
  write_file_atomically(checkpoint / "discriminator.safetensors", bytes);
  const std::string message =
      error_of(ErrorKind::kCheckpoint, [&] { load_checkpoint(checkpoint); });
  EXPECT_NE(message.find("discriminator.safetensors is damaged"), std::string::npos) << message;
}

TEST(Checkpoint, the_first_format_is_still_read_and_gone_on_from) {
  const TemporaryFolder folder;
  fs::copy(fixture("run-1"), folder / "run", fs::copy_options::recursive);
  const belamy::Run run = belamy::Run::open(folder / "run");
  const TrainingState state = load_checkpoint(run.checkpoint("latest"));
  EXPECT_EQ(state.step, 6);
  EXPECT_EQ(state.loader.position, 96);
  EXPECT_EQ(state.game.files.size(), 4u);
  const GameState weights = load_weights(run.checkpoint("6"));
  ASSERT_EQ(weights.files.count("generator"), 1u);
  EXPECT_EQ(weights.files.count("generator_optimizer"), 0u);

  EXPECT_EQ(resume(folder / "run", {"train.steps=9"}).step, 9);
  const TrainingState later = load_checkpoint(run.checkpoint("9"));
  EXPECT_EQ(later.loader.position, 9 * 16);
  const auto text = read_text(run.checkpoint("9") / "state.json", 1 << 20);
  const auto game = nlohmann::json::parse(text).at("game");
  EXPECT_EQ(game.at("generator_updates"), 9);
  EXPECT_EQ(log_lines(folder / "run").size(), 4u) << "three of before and one more";
}

TEST(Checkpoint, the_second_format_is_still_read_and_gone_on_from) {
  const TemporaryFolder folder;
  fs::copy(fixture("run-2"), folder / "run", fs::copy_options::recursive);
  const belamy::Run run = belamy::Run::open(folder / "run");
  const fs::path checkpoint = run.checkpoint("latest");
  const auto json = nlohmann::json::parse(read_text(checkpoint / "state.json", 1 << 20));
  ASSERT_EQ(json.at("format_version"), 2) << "a fixture is never written anew";
  const TrainingState state = load_checkpoint(checkpoint);
  EXPECT_EQ(state.step, 6);
  EXPECT_EQ(state.loader.position, 96);
  EXPECT_EQ(state.game.files.size(), 5u);
  EXPECT_EQ(state.game.files.count("generator_average"), 1u);
  EXPECT_FALSE(state.data.empty());
  EXPECT_EQ(state.monitors.count("health"), 1u);

  EXPECT_EQ(resume(folder / "run", {"train.steps=9"}).step, 9);
  const TrainingState later = load_checkpoint(run.checkpoint("9"));
  EXPECT_EQ(later.loader.position, 9 * 16);
  EXPECT_EQ(later.data, state.data);
  EXPECT_EQ(nlohmann::json::parse(later.game.counters).at("generator_updates"), 9);
}

TEST(Checkpoint, a_newer_format_is_refused_with_both_versions) {
  const TemporaryFolder folder;
  train(tiny(), folder / "run");
  const fs::path checkpoint = folder / "run/checkpoints" / step_name(12);
  auto state = nlohmann::json::parse(read_text(checkpoint / "state.json", 1 << 20));
  state["format_version"] = 99;
  write_file_atomically(checkpoint / "state.json", std::string_view(state.dump()));
  const std::string message =
      error_of(ErrorKind::kCheckpoint, [&] { load_checkpoint(checkpoint); });
  EXPECT_NE(message.find("99"), std::string::npos) << message;
}

TEST(Checkpoint, averaged_weights_are_what_is_loaded_unless_raw_ones_are_wanted) {
  const TemporaryFolder folder;
  train(tiny({"average.decay=0.9"}), folder / "run");
  train(tiny(), folder / "plain");
  const fs::path with = folder / "run/checkpoints" / step_name(12);
  const fs::path without = folder / "plain/checkpoints" / step_name(12);
  const TrainingState all = load_checkpoint(with);
  const auto weight = [](const GameState& state, const char* file = "generator") {
    return state.files.at(file)[0].tensor;
  };
  const at::Tensor average = weight(all.game, "generator_average");
  EXPECT_TRUE(at::equal(weight(load_weights(with)), average));
  EXPECT_TRUE(at::equal(weight(load_weights(with, Weights::kAveraged)), average));
  EXPECT_TRUE(at::equal(weight(load_weights(with, Weights::kRaw)), weight(all.game)));
  EXPECT_FALSE(at::equal(average, weight(all.game)));
  EXPECT_EQ(load_weights(with).files.count("generator_average"), 0u);
  EXPECT_TRUE(at::equal(weight(load_weights(without)), weight(all.game)))
      << "an average changes nothing in the training";
  error_of(ErrorKind::kCheckpoint, [&] { load_weights(without, Weights::kAveraged); });
}

TEST(Checkpoint, random_damage_of_the_state_is_read_or_refused_but_never_more) {
  const TemporaryFolder folder;
  train(tiny({"train.steps=2", "train.sample_every=0"}), folder / "run");
  const fs::path checkpoint = folder / "run/checkpoints" / step_name(2);
  const std::string whole = read_text(checkpoint / "state.json", 1 << 20);
  RandomStream random(1, "damage");
  int refused = 0;
  for (int round = 0; round < 500; ++round) {
    std::string text = whole;
    for (uint64_t i = 0, n = 1 + random.below(3); i < n; ++i) {
      text[random.below(text.size())] = static_cast<char>(random.below(256));
    }
    if (random.below(4) == 0) text.resize(random.below(text.size() + 1));
    std::ofstream(checkpoint / "state.json", std::ios::binary) << text;
    try {
      load_checkpoint(checkpoint);
    } catch (const Error& error) {
      EXPECT_NE(std::string(error.what()).find(checkpoint.string()), std::string::npos);
      ++refused;
    }
  }
  EXPECT_GT(refused, 200);
}

}  // namespace
}  // namespace belamy
