// The machine's clock, which people and time servers set back: for names, and for times that are
// shown. How long something took is std::chrono::steady_clock's to tell.
#pragma once

namespace belamy {

/// Seconds since 1970.
double wall_clock();

/// Another clock in its place, for as long as this lives: for tests. One at a time.
class ScopedWallClock {
 public:
  explicit ScopedWallClock(double (*clock)());
  ~ScopedWallClock();
  ScopedWallClock(const ScopedWallClock&) = delete;
  ScopedWallClock& operator=(const ScopedWallClock&) = delete;
};

}  // namespace belamy
