#include "belamy/core/crowd_watch.h"

#include <chrono>
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

CrowdWatch::CrowdWatch(int threads) : threads_(threads), thread_([this] { watch(); }) {}

CrowdWatch::~CrowdWatch() {
  {
    const std::scoped_lock lock(mutex_);
    is_over_ = true;
  }
  changed_.notify_all();
  thread_.join();
}

void CrowdWatch::watch() {
  constexpr auto kInterval = std::chrono::milliseconds(250);
  Patience patience;
  std::optional<ShortWaits> held;
  ProcessorTime before = processor_time();
  std::unique_lock lock(mutex_);
  while (!changed_.wait_for(lock, kInterval, [this] { return is_over_; })) {
    const ProcessorTime now = processor_time();
    const bool is_short = patience.should_be_short(now.waiting_share_since(before));
    before = now;
    if (is_short == held.has_value()) continue;
    if (is_short) {
      held.emplace(threads_);
    } else {
      held.reset();
    }
  }
}

}  // namespace belamy
