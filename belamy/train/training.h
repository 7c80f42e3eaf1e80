// Trains a recipe into a run folder.
#pragma once

#include <atomic>
#include <filesystem>
#include <functional>
#include <string>
#include <vector>

#include "belamy/train/monitor.h"
#include "belamy/train/run.h"

namespace belamy {

struct TrainingOptions {
  int threads = 0;                          // 0: one a physical core
  std::vector<Monitor*> monitors;           // besides those that fill the run folder
  const std::atomic<bool>* stop = nullptr;  // checked before each step
  /// Takes a line for people: what the health monitor found, what could not be drawn.
  std::function<void(const std::string&)> tell = [](const std::string&) {};
};

enum class Outcome { kFinished, kStopped };

struct TrainingResult {
  Outcome outcome = Outcome::kFinished;
  std::filesystem::path folder;
  int64_t step = 0;  // the last one done; a checkpoint of it is in the folder
};

/// Trains from the start into `folder`, which must not hold a run. Data must have been fetched.
/// Throws kDiverged when a loss or a weight is no longer finite: the last good checkpoint stays.
/// With train.on_divergence = "roll_back" the training goes on from it first, see roll_back.h.
TrainingResult train(const Recipe& recipe, const std::filesystem::path& folder,
                     const TrainingOptions& options = {});

/// Goes on from the newest whole checkpoint, as if the run had never stopped; "latest" is the
/// newest run. `overrides` change the stored recipe ("train.steps=20000"). A run without a
/// checkpoint begins anew. Throws kData when the data are no longer those of the checkpoint, unless
/// an override says which they are now; DamagedCheckpoint when there are checkpoints but none is
/// whole.
TrainingResult resume(const std::filesystem::path& folder,
                      const std::vector<std::string>& overrides = {},
                      const TrainingOptions& options = {});

}  // namespace belamy
