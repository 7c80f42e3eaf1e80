// Going back to the last good checkpoint when a training has diverged.
#pragma once

#include <string>

#include "belamy/core/error.h"
#include "belamy/train/checkpoint.h"
#include "belamy/train/run.h"

namespace belamy {

/// The state with every random stream moved on, far beyond what a training uses and elsewhere for
/// each `attempt`, 1 and up: other latent vectors, dropout and order of the data.
TrainingState vary_random_streams(TrainingState state, int64_t attempt);

/// Counts the attempts to get beyond a checkpoint. They are numbered from 1 for each, so that a run
/// stopped between two of them and resumed comes to the same ones.
class RollBack {
 public:
  /// Whether the training shall go on from the newest checkpoint after this error: it has diverged,
  /// train.on_divergence = "roll_back", there is a checkpoint, and train.max_roll_backs attempts
  /// from it have not been made.
  bool take(const Run& run, const Error& error);

  /// Of the checkpoint of `step`, 0 before the first.
  int64_t attempt(int64_t step) const { return step == step_ ? attempt_ : 0; }
  const std::string& reason() const { return reason_; }

 private:
  int64_t step_ = -1;
  int64_t attempt_ = 0;
  std::string reason_;
};

}  // namespace belamy
