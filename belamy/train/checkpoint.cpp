#include "belamy/train/checkpoint.h"

#include <nlohmann/json.hpp>

#include "belamy/core/error.h"
#include "belamy/core/file.h"
#include "belamy/core/version.h"
#include "belamy/weights/safetensors.h"

namespace belamy {
namespace fs = std::filesystem;
namespace {

constexpr int kFormatVersion = 1;
constexpr const char* kStateFile = "state.json";
constexpr const char* kEnding = ".safetensors";
constexpr uint64_t kLargestState = 1 << 20;

nlohmann::ordered_json state_json(const TrainingState& state) {
  return {{"format_version", kFormatVersion},
          {"belamy_version", kVersion},
          {"step", state.step},
          {"loader",
           {{"epoch", state.loader.epoch},
            {"position", state.loader.position},
            {"random_position", state.loader.random_position}}},
          {"game", nlohmann::ordered_json::parse(state.game.counters)}};
}

TrainingState parse_state(const fs::path& path) {
  if (!fs::exists(path)) {
    fail(ErrorKind::kCheckpoint, "{} is missing; choose another checkpoint of the run",
         path.string());
  }
  TrainingState state;
  try {
    const auto json = nlohmann::json::parse(read_text(path, kLargestState));
    const int version = json.at("format_version").get<int>();
    if (version > kFormatVersion) {
      fail(ErrorKind::kCheckpoint,
           "{} has format version {}, this Belamy reads up to {}; use a newer Belamy",
           path.string(), version, kFormatVersion);
    }
    state.step = json.at("step").get<int64_t>();
    const auto& loader = json.at("loader");
    state.loader = {loader.at("epoch").get<uint64_t>(), loader.at("position").get<int64_t>(),
                    loader.at("random_position").get<uint64_t>()};
    state.game.counters = json.at("game").dump();
  } catch (const nlohmann::json::exception& error) {
    fail(ErrorKind::kCheckpoint, "{} is damaged: {}; choose another checkpoint of the run",
         path.string(), error.what());
  }
  return state;
}

void load_files(const fs::path& folder, bool with_optimizers, GameState& state) {
  std::error_code code;
  for (const auto& entry : fs::directory_iterator(folder, code)) {
    const std::string name = entry.path().stem().string();
    if (entry.path().extension() != kEnding) continue;
    if (!with_optimizers && name.ends_with("optimizer")) continue;
    state.files[name] = read_safetensors(entry.path()).tensors;
  }
}

}  // namespace

void save_checkpoint(const fs::path& folder, const TrainingState& state) {
  AtomicFolder aside(folder);
  const std::map<std::string, std::string> metadata = {{"format", "pt"},
                                                       {"belamy_version", kVersion}};
  for (const auto& [name, tensors] : state.game.files) {
    write_safetensors(aside.path() / (name + kEnding), {tensors, metadata});
  }
  write_file_atomically(aside.path() / kStateFile,
                        std::string_view(state_json(state).dump(2) + "\n"));
  aside.commit();
}

TrainingState load_checkpoint(const fs::path& folder) {
  TrainingState state = parse_state(folder / kStateFile);
  load_files(folder, /*with_optimizers=*/true, state.game);
  return state;
}

GameState load_weights(const fs::path& folder) {
  GameState state = parse_state(folder / kStateFile).game;
  load_files(folder, /*with_optimizers=*/false, state);
  return state;
}

}  // namespace belamy
