// How long this process's threads wait for processors that others use.
#pragma once

#include <cstdint>
#include <string_view>

namespace belamy {

/// What Linux counts of a thread, or of several added up, in nanoseconds.
struct ProcessorTime {
  uint64_t running = 0;
  uint64_t waiting = 0;  // able to run, without a processor

  /// Of the time in which threads wanted to run since `before`, the share they waited: 0..1; 0
  /// where none wanted to, or threads have ended meanwhile.
  double waiting_share_since(const ProcessorTime& before) const;
};

/// Of "RUNNING WAITING TIMESLICES", a thread's /proc/self/task/*/schedstat; zeros for another text.
ProcessorTime processor_time_of(std::string_view schedstat);

/// Of all threads of this process now; zeros where the kernel does not tell.
ProcessorTime processor_time();

}  // namespace belamy
