#include "belamy/core/processor_wait.h"

#include <gtest/gtest.h>

namespace belamy {
namespace {

TEST(ProcessorTime, is_what_schedstat_says) {
  const ProcessorTime time = processor_time_of("1500 300 12");
  EXPECT_EQ(time.running, 1500u);
  EXPECT_EQ(time.waiting, 300u);
}

TEST(ProcessorTime, is_zero_for_another_text) {
  for (const char* text :
       {"", "1500", "1500 x 3", "-1 2 3", "1500 300", "99999999999999999999 1 2"}) {
    EXPECT_EQ(processor_time_of(text).running, 0u) << text;
    EXPECT_EQ(processor_time_of(text).waiting, 0u) << text;
  }
}

TEST(ProcessorTime, has_a_share_of_waiting) {
  const ProcessorTime before{1000, 100};
  EXPECT_DOUBLE_EQ((ProcessorTime{1300, 200}.waiting_share_since(before)), 0.25);
  EXPECT_EQ((ProcessorTime{2000, 100}.waiting_share_since(before)), 0);
  EXPECT_EQ(before.waiting_share_since(before), 0);
  EXPECT_EQ((ProcessorTime{900, 300}.waiting_share_since(before)), 0);  // a thread has ended
}

TEST(ProcessorTime, of_this_process_grows_as_it_runs) {
  const ProcessorTime before = processor_time();
  if (before.running == 0) GTEST_SKIP() << "this kernel does not tell";
  volatile uint64_t work = 0;
  for (uint64_t i = 0; i < 50'000'000; ++i) work = work + i;
  EXPECT_GT(processor_time().running, before.running);
}

}  // namespace
}  // namespace belamy
