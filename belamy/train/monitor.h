// Something that watches a training.
#pragma once

#include <cstdint>

#include "belamy/data/dataset.h"
#include "belamy/games/game.h"
#include "belamy/train/run.h"

namespace belamy {

/// What every monitor may look at.
struct TrainingView {
  const Run& run;
  const Game& game;
  const Dataset& dataset;
  int64_t total_steps = 0;
  int64_t first_step = 0;  // steps done before this process: 0, or the checkpoint resumed from
  int64_t images_per_step = 0;
  int threads = 0;
  Precision precision = Precision::kFp32;
};

/// A step that has just been done; steps count from 1.
struct StepView {
  int64_t step = 0;
  double seconds = 0;  // since this process began to train
  const RoundReport& report;
  bool detailed = false;
};

class Monitor {
 public:
  virtual ~Monitor() = default;
  virtual void on_start(const TrainingView&) {}
  virtual void on_step(const TrainingView&, const StepView&) {}
  /// Also called when the training is stopped early or fails.
  virtual void on_end(const TrainingView&) noexcept {}
};

}  // namespace belamy
