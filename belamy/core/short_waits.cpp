#include "belamy/core/short_waits.h"

#include <atomic>

#include "belamy/core/threads.h"

namespace belamy {

// Threads of a team count as long as the thread that called for them lives.
ShortWaits::ShortWaits(int threads)
    : thread_([this, team = logical_processors() - threads + 2] { hold(team); }) {
  std::unique_lock lock(mutex_);
  changed_.wait(lock, [this] { return is_held_; });
}

ShortWaits::~ShortWaits() {
  {
    const std::scoped_lock lock(mutex_);
    is_over_ = true;
  }
  changed_.notify_all();
  thread_.join();
}

void ShortWaits::hold(int team) {
  std::atomic<int> met = 0;  // an empty region would be left out
#pragma omp parallel num_threads(team) if (team > 1)
  ++met;
  std::unique_lock lock(mutex_);
  is_held_ = true;
  changed_.notify_all();
  changed_.wait(lock, [this] { return is_over_; });
}

}  // namespace belamy
