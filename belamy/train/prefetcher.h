// The next round's batch, made while this round is played.
#pragma once

#include <condition_variable>
#include <exception>
#include <mutex>
#include <optional>
#include <thread>

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
    std::exception_ptr error;
  };

  void make_batches();
  Made make_one();

  Loader& loader_;
  const int64_t batches_;
  const Shape sample_;
  LoaderState state_;

  std::mutex mutex_;
  std::condition_variable changed_;
  std::optional<Made> made_;  // by the thread, and not yet handed out
  bool is_over_ = false;
  std::thread thread_;
};

}  // namespace belamy
