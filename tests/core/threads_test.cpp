#include "belamy/core/threads.h"

#include <gtest/gtest.h>
#include <sched.h>

namespace belamy {
namespace {

TEST(Threads, a_core_has_at_least_one_processor) {
  EXPECT_GE(physical_cores(), 1);
  EXPECT_GE(logical_processors(), physical_cores());
}

TEST(Threads, only_processors_this_process_may_run_on_count) {
  cpu_set_t before;
  ASSERT_EQ(::sched_getaffinity(0, sizeof(before), &before), 0);
  cpu_set_t one;
  CPU_ZERO(&one);
  for (int cpu = 0; cpu < CPU_SETSIZE; ++cpu) {
    if (!CPU_ISSET(cpu, &before)) continue;
    CPU_SET(cpu, &one);
    break;
  }
  ASSERT_EQ(::sched_setaffinity(0, sizeof(one), &one), 0);
  EXPECT_EQ(physical_cores(), 1);
  EXPECT_EQ(logical_processors(), 1);
  ASSERT_EQ(::sched_setaffinity(0, sizeof(before), &before), 0);
  EXPECT_EQ(logical_processors(), CPU_COUNT(&before));
}

}  // namespace
}  // namespace belamy
