// What a run folder holds: weights, the state beside them, the log.
#include <ATen/ATen.h>

#include <fstream>
#include <nlohmann/json.hpp>

#include "belamy/data/loader.h"
#include "belamy/recipe/recipe.h"
#include "belamy/train/checkpoint.h"
#include "belamy/train/health_monitor.h"
#include "belamy/train/run_log.h"
#include "belamy/weights/safetensors.h"
#include "tests/fuzz/target.h"
#include "tests/support/temporary_folder.h"

namespace belamy::testing {
namespace {

namespace fs = std::filesystem;
using Input = std::span<const uint8_t>;

bool takes_safetensors(Input bytes) {
  return parses({ErrorKind::kCheckpoint}, [&] {
    const FuzzBytes once = encode_safetensors(decode_safetensors(bytes, "fuzz"));
    require(encode_safetensors(decode_safetensors(once, "again")) == once,
            "safetensors: other bytes when encoded");
  });
}

std::vector<FuzzBytes> safetensors_seeds() {
  const at::Tensor numbers = at::arange(6.f).view({2, 3});
  return {encode_safetensors({}),
          encode_safetensors({{{"dense_1.weight", numbers}}, {{"format", "pt"}}}),
          encode_safetensors({{{"a", numbers[0]}, {"b", at::ones({1}, at::kLong)}}, {}})};
}

const Recipe& small_recipe() {
  static const Recipe recipe = parse_recipe(R"(game.latent_size = 2
average.decay = 0.5
[data]
name = "ring"
[generator]
layers = [ { type = "dense", units = 2 } ]
[discriminator]
layers = [ { type = "dense", units = 1 } ]
[train]
steps = 9
batch_size = 4
)",
                                            "small.toml");
  return recipe;
}

TrainingState state_of_new_training() {
  TrainingState state;
  state.step = 3;
  state.data = "0123";
  state.best = {2, "fid", 1.5};
  state.game = make_game(small_recipe(), {2})->state();
  nlohmann::json health = {{"recorder", VitalsRecorder().state()}, {"checks", 1}};
  health["history"] = {vitals_json({})};
  health["findings"]["mode_collapse"] = {
      {"finding", "f"}, {"advice", "a"}, {"first_step", 1}, {"last_step", 2}, {"is_over", false}};
  state.monitors["health"] = health.dump();
  return state;
}

// The state, then, after a zero byte, the generator's weights; the other files stay whole.
void write_checkpoint(const fs::path& folder, Input bytes) {
  const auto end = std::find(bytes.begin(), bytes.end(), uint8_t{0});
  const auto state = static_cast<size_t>(end - bytes.begin());
  put_bytes(folder / "state.json", bytes.first(state));
  if (end != bytes.end()) put_bytes(folder / "generator.safetensors", bytes.subspan(state + 1));
}

void go_on_from(const TrainingState& state) {
  static const auto game = make_game(small_recipe(), {2});
  static const auto dataset = open_recipe_data(small_recipe());
  game->load_state(state.game, "fuzz");
  Loader loader(*dataset, 4, Order::kShuffled, 1);
  loader.restore(state.loader);
  HealthMonitor health;
  const auto held = state.monitors.find(health.name());
  if (held == state.monitors.end()) return;
  try {
    health.load_state(held->second);
  } catch (const nlohmann::json::exception&) {
    // As the trainer does, which says whose state it is.
  }
}

bool takes_checkpoint(Input bytes) {
  static const TemporaryFolder folder;
  static const bool is_prepared = [] {
    save_checkpoint(folder / "whole", state_of_new_training());
    return true;
  }();
  require(is_prepared, "no checkpoint");
  write_checkpoint(folder / "whole", bytes);
  return parses({ErrorKind::kCheckpoint}, [&] {
    read_best(folder / "whole");
    load_weights(folder / "whole");
    const TrainingState state = load_checkpoint(folder / "whole");
    require(state.step >= 0, "checkpoint: a step before the first");
    go_on_from(state);
  });
}

std::vector<FuzzBytes> checkpoint_seeds() {
  const TemporaryFolder folder;
  save_checkpoint(folder / "whole", state_of_new_training());
  std::ifstream file(folder / "whole" / "state.json");
  nlohmann::ordered_json state = nlohmann::ordered_json::parse(file);
  const FuzzBytes newest = as_bytes(state.dump());
  // Version 1 lists no digests, so that damaged weights are read.
  state["format_version"] = 1;
  FuzzBytes first = as_bytes(state.dump());
  first.push_back(0);
  const FuzzBytes weights =
      encode_safetensors({state_of_new_training().game.files.at("generator"), {}});
  first.insert(first.end(), weights.begin(), weights.end());
  return {newest, first};
}

bool takes_log(Input bytes) {
  static const TemporaryFolder folder;
  const fs::path path = folder / "log.jsonl";
  put_bytes(path, bytes);
  const RunLog log = read_run_log(path);
  for (const auto& [name, column] : log.values) {
    require(column.size() == log.steps.size(), "log: columns of unequal lengths");
  }
  drop_lines_after(path, 5);
  for (const double step : read_run_log(path).steps) require(step < 6, "log: a line is left");
  return log.damaged_lines == 0;
}

std::vector<FuzzBytes> log_seeds() {
  return {as_bytes(R"({"step":1,"seconds":0.5,"d_loss":0.25}
{"step":4,"health":"mode_collapse","finding":"a","advice":"b"}
{"step":5,"seconds":1,"d_loss":null}
{"step":6,"health":"mode_collapse","over":true}
{"step":7,"sec)")};
}

}  // namespace

std::vector<FuzzTarget> run_targets() {
  return {{"safetensors", takes_safetensors, safetensors_seeds},
          {"checkpoint", takes_checkpoint, checkpoint_seeds},
          {"log", takes_log, log_seeds}};
}

}  // namespace belamy::testing
