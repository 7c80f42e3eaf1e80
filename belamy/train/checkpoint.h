// A checkpoint: a folder of safetensors files and state.json, written aside and renamed.
//
// state.json has a format version:
//   1  step, loader, game
//   2  also the files' SHA-256, the data's fingerprint, the best step, the monitors' states
#pragma once

#include <filesystem>
#include <map>
#include <optional>
#include <string>

#include "belamy/core/error.h"
#include "belamy/data/loader.h"
#include "belamy/games/game.h"

namespace belamy {

/// The step that a monitor called the best, and why.
struct BestStep {
  int64_t step = 0;
  std::string metric;
  double value = 0;

  bool operator==(const BestStep&) const = default;
};

struct TrainingState {
  int64_t step = 0;
  LoaderState loader;
  GameState game;
  std::string data;                             // Dataset::fingerprint(); empty: not known
  std::optional<BestStep> best;                 // so far
  std::map<std::string, std::string> monitors;  // Monitor::state_json() by name
};

/// A file of a checkpoint is missing, cut short or not what was written: another checkpoint of the
/// run may do.
class DamagedCheckpoint : public Error {
 public:
  explicit DamagedCheckpoint(const std::string& message) : Error(ErrorKind::kCheckpoint, message) {}
};

/// Throws kIo when it cannot be written whole; then nothing of it is left.
void save_checkpoint(const std::filesystem::path& folder, const TrainingState& state);

/// Throws DamagedCheckpoint naming the file, and kCheckpoint for a format of a newer version.
TrainingState load_checkpoint(const std::filesystem::path& folder);

/// A game that averages the weights of its network NAME keeps them in the file NAME_average.
inline constexpr const char* kAverageSuffix = "_average";

/// The best step as of this checkpoint, if a monitor ever called one so. Throws as load_checkpoint.
std::optional<BestStep> read_best(const std::filesystem::path& folder);

enum class Weights {
  kAny,       // averaged where there are any
  kAveraged,  // kCheckpoint where there are none
  kRaw,       // as the last training step left them
};

/// Only what sampling needs: no optimiser's file, and of each network the weights chosen, under the
/// network's name. Throws as load_checkpoint.
GameState load_weights(const std::filesystem::path& folder, Weights which = Weights::kAny);

}  // namespace belamy
