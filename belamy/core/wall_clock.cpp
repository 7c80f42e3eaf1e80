#include "belamy/core/wall_clock.h"

#include <atomic>
#include <chrono>

namespace belamy {
namespace {

double machine_clock() {
  return std::chrono::duration<double>(std::chrono::system_clock::now().time_since_epoch()).count();
}

std::atomic<double (*)()> current_clock{&machine_clock};

}  // namespace

double wall_clock() {
  return current_clock.load()();
}

ScopedWallClock::ScopedWallClock(double (*clock)()) {
  current_clock = clock;
}

ScopedWallClock::~ScopedWallClock() {
  current_clock = &machine_clock;
}

}  // namespace belamy
