// Notices that other programs need the processors.
#pragma once

#include <thread>

namespace belamy {

/// When waits should be short, from the shares of time that threads wait for a processor: at once
/// when they wait, and until they have not done so for a while.
class Patience {
 public:
  // Alone, training waits 2 to 3 % of its time, for the thread that makes batches; beside one busy
  // program on two processors 25 to 50 %.
  static constexpr double kCrowded = 0.15, kQuiet = 0.06;
  static constexpr int kQuietChecks = 8;

  /// Tells after each check, with the share of time waited since the one before.
  bool should_be_short(double waiting_share);

 private:
  bool is_short_ = false;
  int quiet_ = 0;  // checks on end
};

/// Looks four times a second how long this process's threads wait for processors, and keeps their
/// waits for one another short meanwhile.
class CrowdWatch {
 public:
  explicit CrowdWatch(int threads);

 private:
  std::jthread thread_;  // ends with the object
};

}  // namespace belamy
