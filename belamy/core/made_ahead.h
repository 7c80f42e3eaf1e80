// Things that a thread of their own makes, one ahead of whoever asks.
#pragma once

#include <condition_variable>
#include <exception>
#include <functional>
#include <mutex>
#include <optional>
#include <thread>
#include <utility>

namespace belamy {

/// Hands out what `make` returns, call by call; while one is in use, the next is made. `make` runs
/// in one thread, never twice at once, and what it uses is its own until the destructor has
/// returned, which waits for the call that is under way.
template <class Thing>
class MadeAhead {
 public:
  explicit MadeAhead(std::function<Thing()> make)
      : make_(std::move(make)), thread_([this] { work(); }) {}

  ~MadeAhead() {
    {
      const std::scoped_lock lock(mutex_);
      is_over_ = true;
    }
    changed_.notify_one();
    thread_.join();
  }
  MadeAhead(const MadeAhead&) = delete;
  MadeAhead& operator=(const MadeAhead&) = delete;

  /// Throws what the making of this one threw.
  Thing next() {
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [this] { return made_.has_value(); });
    Made made = *std::exchange(made_, std::nullopt);
    lock.unlock();
    changed_.notify_one();
    if (made.error) std::rethrow_exception(made.error);
    return std::move(*made.thing);
  }

 private:
  struct Made {
    std::optional<Thing> thing;
    std::exception_ptr error;
  };

  void work() {
    for (std::unique_lock lock(mutex_); !is_over_;) {
      lock.unlock();
      Made made = make_one();
      lock.lock();
      made_ = std::move(made);
      changed_.notify_one();
      changed_.wait(lock, [this] { return is_over_ || !made_; });
    }
  }

  Made make_one() {
    try {
      return {make_(), nullptr};
    } catch (...) {
      return {std::nullopt, std::current_exception()};
    }
  }

  std::function<Thing()> make_;
  std::mutex mutex_;
  std::condition_variable changed_;
  std::optional<Made> made_;  // and not yet handed out
  bool is_over_ = false;
  std::thread thread_;  // last: it uses all the others
};

}  // namespace belamy
