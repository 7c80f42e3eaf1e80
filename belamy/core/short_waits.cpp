#include "belamy/core/short_waits.h"

#include <algorithm>
#include <atomic>
#include <condition_variable>
#include <mutex>

#include "belamy/core/threads.h"

namespace belamy {

// Threads of a team count as long as the thread that called for them lives.
ShortWaits::ShortWaits(int threads)
    : thread_([this, team = std::max(1, logical_processors() - threads + 2)](
                  const std::stop_token& stop) { hold(stop, team); }) {
  held_.wait();
}

void ShortWaits::hold(const std::stop_token& stop, int team) {
  std::atomic<int> met = 0;  // an empty region would be left out
#pragma omp parallel num_threads(team)
  ++met;
  held_.count_down();
  std::mutex mutex;
  // cppcheck-suppress localMutex ; it guards nothing: the sleep wants one
  std::unique_lock lock(mutex);
  std::condition_variable_any().wait(lock, stop, [] { return false; });
}

}  // namespace belamy
