// A checkpoint: a folder of safetensors files and state.json, written aside and renamed.
#pragma once

#include <filesystem>

#include "belamy/data/loader.h"
#include "belamy/games/game.h"

namespace belamy {

struct TrainingState {
  int64_t step = 0;
  LoaderState loader;
  GameState game;
};

/// Throws kIo when it cannot be written whole; then nothing of it is left.
void save_checkpoint(const std::filesystem::path& folder, const TrainingState& state);

/// Throws kCheckpoint naming the file that is missing, damaged or of a newer version.
TrainingState load_checkpoint(const std::filesystem::path& folder);

/// Only the weights that sampling needs: files whose names do not end in "optimizer".
GameState load_weights(const std::filesystem::path& folder);

}  // namespace belamy
