// Threads that do not wait busily for one another while other programs need their processors.
#pragma once

#include <latch>
#include <stop_token>
#include <thread>

namespace belamy {

/// OpenMP's threads spin for milliseconds before they sleep, which is right as long as each has a
/// processor: they meet thousands of times a second. When another program has taken one, those that
/// spin keep the one they wait for from running: a step of small layers took ten times as long.
/// gcc's OpenMP spins a few microseconds only while it has more threads than there are processors.
/// So this gives it threads that sleep, as long as the object lives. With another OpenMP nothing
/// changes.
class ShortWaits {
 public:
  /// Beside a pool of `threads`.
  explicit ShortWaits(int threads);

 private:
  void hold(const std::stop_token& stop, int team);

  std::latch held_{1};
  std::jthread thread_;  // ends with the object
};

}  // namespace belamy
