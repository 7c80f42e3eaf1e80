#include "belamy/core/process.h"

#include <gtest/gtest.h>

#include <cstddef>
#include <thread>
#include <vector>

namespace belamy {
namespace {

TEST(Process, time_since_the_start_grows_as_the_clock_does) {
  const double before = seconds_since_start();
  EXPECT_GT(before, -0.001);
  std::this_thread::sleep_for(std::chrono::milliseconds(60));
  const double after = seconds_since_start();
  EXPECT_GE(after - before, 0.05);
}

TEST(Process, the_peak_follows_what_is_touched_and_stays) {
  const double before = peak_resident_megabytes();
  {
    const std::vector<char> touched(200 << 20, 1);
    const volatile std::size_t somewhere = touched.size() / 2;  // clang drops what nothing reads
    EXPECT_EQ(touched[somewhere], 1);
  }
  const double after = peak_resident_megabytes();
  EXPECT_GE(after, 200);
  EXPECT_GE(after, before);
  EXPECT_GE(peak_resident_megabytes(), after);
}

}  // namespace
}  // namespace belamy
