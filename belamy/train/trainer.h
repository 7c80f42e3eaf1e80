// The training loop: a batch, a round of the game, the monitors, a checkpoint when one is due.
#pragma once

#include <atomic>
#include <chrono>

#include "belamy/data/loader.h"
#include "belamy/games/game.h"
#include "belamy/train/checkpoint.h"
#include "belamy/train/monitor.h"
#include "belamy/train/prefetcher.h"
#include "belamy/train/training.h"

namespace belamy {

class Trainer {
 public:
  /// All must outlive the trainer; `game` is the one `view` shows. What the monitors remember, and
  /// the best step, are those of `resumed`, the checkpoint that game and loader are at.
  Trainer(const TrainingView& view, Game& game, Loader& loader, std::vector<Monitor*> monitors,
          const std::optional<TrainingState>& resumed);

  /// Trains to the last step, or until `stop` is set; a checkpoint holds the last step done.
  /// Throws kDiverged, after which the last good checkpoint is the newest.
  Outcome run(const std::atomic<bool>* stop);

  int64_t step() const { return step_; }

 private:
  void train_one_step();
  void require_finite(const RoundReport& report) const;
  void save_if_due(bool ending);
  void keep_what_should_stay() const;
  TrainingState state() const;
  void restore_monitors(const TrainingState& resumed) const;
  bool is_detailed() const;

  const TrainingView& view_;
  Game& game_;
  Prefetcher data_;
  std::vector<Monitor*> monitors_;
  int64_t step_ = 0;
  int64_t saved_step_ = -1;
  std::optional<BestStep> best_;
  bool is_over_ = false;  // a monitor wants no further step
  std::chrono::steady_clock::time_point begin_;
};

}  // namespace belamy
