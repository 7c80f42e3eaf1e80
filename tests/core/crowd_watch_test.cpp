#include "belamy/core/crowd_watch.h"

#include <gtest/gtest.h>

#include <chrono>
#include <filesystem>
#include <thread>

#include "belamy/core/short_waits.h"
#include "belamy/core/threads.h"

namespace belamy {
namespace {

namespace fs = std::filesystem;

int threads_of_this_process() {
  return static_cast<int>(std::distance(fs::directory_iterator("/proc/self/task"), {}));
}

// The kernel tells of threads a little longer than they run.
void expect_threads_in_the_end(int expected) {
  const auto patience = std::chrono::steady_clock::now() + std::chrono::seconds(30);
  while (threads_of_this_process() > expected && std::chrono::steady_clock::now() < patience) {
    std::this_thread::yield();
  }
  EXPECT_LE(threads_of_this_process(), expected);
}

TEST(Patience, ends_at_once_when_threads_wait_and_returns_after_a_while_of_quiet) {
  Patience patience;
  EXPECT_FALSE(patience.should_be_short(0));
  EXPECT_FALSE(patience.should_be_short(0.04));  // something always waits a little
  EXPECT_TRUE(patience.should_be_short(0.3));
  for (int i = 1; i < Patience::kQuietChecks; ++i) EXPECT_TRUE(patience.should_be_short(0)) << i;
  EXPECT_FALSE(patience.should_be_short(0));
}

TEST(Patience, begins_to_count_again_with_each_disturbance) {
  Patience patience;
  EXPECT_TRUE(patience.should_be_short(0.5));
  for (int i = 1; i < Patience::kQuietChecks; ++i) EXPECT_TRUE(patience.should_be_short(0));
  EXPECT_TRUE(patience.should_be_short(0.1));
  for (int i = 1; i < Patience::kQuietChecks; ++i) EXPECT_TRUE(patience.should_be_short(0)) << i;
  EXPECT_FALSE(patience.should_be_short(0));
}

// OpenMP counts a thread as long as it exists.
TEST(ShortWaits, has_more_threads_than_there_are_processors_while_it_lives) {
#if defined(__clang__)
  GTEST_SKIP() << "clang's OpenMP counts and keeps threads in its own way";
#endif
  const int threads = logical_processors(), before = threads_of_this_process();
  {
    const ShortWaits waits(threads);
    EXPECT_EQ(threads_of_this_process(), before + 2);  // who holds the team, and the one too many
  }
  expect_threads_in_the_end(before);
}

TEST(CrowdWatch, ends_with_its_thread) {
  { const CrowdWatch first(2); }  // a sanitizer begins a thread of its own with a process's first
  const int before = threads_of_this_process();
  for (int i = 0; i < 100; ++i) const CrowdWatch watch(2);
  expect_threads_in_the_end(before);
}

}  // namespace
}  // namespace belamy
