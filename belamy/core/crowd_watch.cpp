#include "belamy/core/crowd_watch.h"

#include <chrono>
#include <condition_variable>
#include <mutex>
#include <optional>

#include "belamy/core/processor_wait.h"
#include "belamy/core/short_waits.h"

namespace belamy {

bool Patience::should_be_short(double waiting_share) {
  if (waiting_share > kCrowded) {
    is_short_ = true;
    quiet_ = 0;
    return true;
  }
  quiet_ = waiting_share < kQuiet ? quiet_ + 1 : 0;
  if (quiet_ >= kQuietChecks) is_short_ = false;
  return is_short_;
}

namespace {

// Until it is told to stop, which ends its sleep, too.
void watch(const std::stop_token& stop, int threads) {
  constexpr auto kInterval = std::chrono::milliseconds(250);
  Patience patience;
  std::optional<ShortWaits> held;
  ProcessorTime before = processor_time();
  std::mutex mutex;
  // cppcheck-suppress localMutex ; it guards nothing: the sleep wants one
  std::unique_lock lock(mutex);
  std::condition_variable_any sleep;
  while (!sleep.wait_for(lock, stop, kInterval, [&] { return stop.stop_requested(); })) {
    const ProcessorTime now = processor_time();
    const bool is_short = patience.should_be_short(now.waiting_share_since(before));
    before = now;
    if (is_short == held.has_value()) continue;
    if (is_short) {
      held.emplace(threads);
    } else {
      held.reset();
    }
  }
}

}  // namespace

CrowdWatch::CrowdWatch(int threads)
    : thread_([threads](const std::stop_token& stop) { watch(stop, threads); }) {}

}  // namespace belamy
