#include "cli/stop_signal.h"

#include <csignal>
#include <cstdint>
#include <ctime>

namespace belamy::cli {
namespace {

// `timeout` and other wrappers deliver one request twice; a person's second one comes later.
constexpr int64_t kOneRequest = 1000;  // milliseconds

std::atomic<bool> stop_asked{false};
std::atomic<int64_t> asked_at{0};  // milliseconds, 0 before the first signal
static_assert(std::atomic<bool>::is_always_lock_free && std::atomic<int64_t>::is_always_lock_free,
              "a signal handler may set them");

int64_t milliseconds() {
  timespec now{};
  ::clock_gettime(CLOCK_MONOTONIC, &now);
  return int64_t{now.tv_sec} * 1000 + now.tv_nsec / 1'000'000;
}

void on_signal(int signal_number) {
  const int64_t now = milliseconds();
  int64_t before = 0;
  if (asked_at.compare_exchange_strong(before, now)) {
    stop_asked = true;
  } else if (now - before > kOneRequest) {
    std::signal(signal_number, SIG_DFL);
    std::raise(signal_number);
  }
}

}  // namespace

const std::atomic<bool>& stop_on_signals() {
  std::signal(SIGINT, on_signal);
  std::signal(SIGTERM, on_signal);
  return stop_asked;
}

}  // namespace belamy::cli
