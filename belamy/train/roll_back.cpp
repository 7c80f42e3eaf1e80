#include "belamy/train/roll_back.h"

#include <nlohmann/json.hpp>

namespace belamy {
namespace {

constexpr uint64_t kFarAway = uint64_t{1} << 40;  // blocks of a stream, of which it has 2^64

}  // namespace

TrainingState vary_random_streams(TrainingState state, int64_t attempt) {
  const uint64_t distance = static_cast<uint64_t>(attempt) * kFarAway;
  auto counters = nlohmann::ordered_json::parse(state.game.counters);
  for (auto& [name, value] : counters.items()) {
    if (name.ends_with("_position")) value = value.get<uint64_t>() + distance;
  }
  state.game.counters = counters.dump();
  state.loader.random_position += distance;
  state.loader.epoch += distance;  // orders a shuffled epoch; the place in it stays
  return state;
}

bool RollBack::take(const Run& run, const Error& error) {
  const TrainOptions& options = run.recipe().train;
  if (error.kind() != ErrorKind::kDiverged || options.on_divergence != "roll_back") return false;
  const std::vector<int64_t> steps = run.checkpoint_steps();
  if (steps.empty() || attempt(steps.back()) >= options.max_roll_backs) return false;
  attempt_ = attempt(steps.back()) + 1;
  step_ = steps.back();
  reason_ = fmt::format(
      "{}; going on from the checkpoint of step {} with other random numbers ({} "
      "of {} times)",
      error.reason(), step_, attempt_, options.max_roll_backs);
  return true;
}

}  // namespace belamy
