// The next round's batch, made while this round is played.
#pragma once

#include <optional>

#include "belamy/core/made_ahead.h"
#include "belamy/train/batches.h"

namespace belamy {

/// Hands out what next_batches() would, in the same order, each made by a thread of its own while
/// the one before is in use. The loader is the prefetcher's alone while there is one; afterwards it
/// stands behind the last batch handed out.
class Prefetcher {
 public:
  /// `loader` must outlive the prefetcher; the rest as for next_batches().
  Prefetcher(Loader& loader, int64_t batches, Shape sample);
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

  Loader& loader_;
  LoaderState state_;
  std::optional<MadeAhead<Made>> ahead_;
};

}  // namespace belamy
