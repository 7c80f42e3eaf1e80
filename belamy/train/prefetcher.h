// The next round's batch, made while this round is played where that takes long.
#pragma once

#include <chrono>
#include <optional>

#include "belamy/core/made_ahead.h"
#include "belamy/train/batches.h"

namespace belamy {

/// Hands out what next_batches() would, in the same order. The first few are made when they are
/// asked for; if they take long, those that follow are made by a thread of their own, each while
/// the one before is in use. Waking it costs more than making a quick one. The loader is the
/// prefetcher's alone while there is one; afterwards it stands behind the last batch handed out.
class Prefetcher {
 public:
  using Duration = std::chrono::duration<double>;

  /// What is made in less is made when it is asked for: to wake a thread, and to be interrupted by
  /// it, takes about as long.
  static constexpr Duration kQuick = std::chrono::microseconds(150);

  /// `loader` must outlive the prefetcher; the rest as for next_batches().
  Prefetcher(Loader& loader, int64_t batches, Shape sample, Duration quick = kQuick);
  ~Prefetcher();
  Prefetcher(const Prefetcher&) = delete;
  Prefetcher& operator=(const Prefetcher&) = delete;

  /// Throws what the making of this batch threw.
  Batch next();

  /// Of the loader behind the last batch handed out: what a checkpoint holds.
  const LoaderState& state() const { return state_; }

 private:
  struct Made {
    Batch batch;
    LoaderState behind;
  };

  Made make();
  Made make_here();

  Loader& loader_;
  int64_t batches_;
  Shape sample_;
  LoaderState state_;
  int made_here_ = 0;
  Duration quick_, quickest_ = Duration::max();
  std::optional<MadeAhead<Made>> ahead_;
};

}  // namespace belamy
