#include "belamy/core/memory.h"

#include <gtest/gtest.h>

#include "belamy/core/file.h"
#include "tests/support/temporary_folder.h"

namespace belamy {
namespace {

/// A tree of /proc and /sys as a kernel would show it; on the machine 100 MiB are available.
class FakeSystem {
 public:
  FakeSystem() {
    set("proc/meminfo", "MemTotal: 900000 kB\nMemAvailable:  102400 kB\nCached: 5 kB\n");
  }

  void set(const std::string& file, const std::string& text) {
    make_folder((root_ / file).parent_path());
    write_file_atomically(root_ / file, std::string_view(text));
  }
  uint64_t available() const { return available_memory(root_.path()); }

 private:
  testing::TemporaryFolder root_;
};

constexpr uint64_t kMachine = uint64_t{102400} * 1024;

TEST(Memory, without_control_groups_what_the_machine_has_counts) {
  FakeSystem system;
  EXPECT_EQ(system.available(), kMachine);
  system.set("sys/fs/cgroup/memory.max", "max\n");
  system.set("sys/fs/cgroup/memory.current", "5000\n");
  EXPECT_EQ(system.available(), kMachine) << "a group without a limit";
  EXPECT_EQ(available_memory("/nonexistent"), kUnknownMemory);
}

TEST(Memory, a_container_sees_its_limit_at_the_top) {
  FakeSystem system;
  system.set("proc/self/cgroup", "0::/docker/of-the-host\n");
  system.set("sys/fs/cgroup/memory.max", "9000\n");
  system.set("sys/fs/cgroup/memory.current", "5000\n");
  EXPECT_EQ(system.available(), 4000U);
  system.set("sys/fs/cgroup/memory.current", "9500\n");
  EXPECT_EQ(system.available(), 0U);
}

TEST(Memory, the_smallest_limit_from_the_own_group_up_counts) {
  FakeSystem system;
  system.set("proc/self/cgroup", "0::/user.slice/session/training\n");
  system.set("sys/fs/cgroup/user.slice/session/training/memory.max", "max\n");
  system.set("sys/fs/cgroup/user.slice/session/training/memory.current", "1000\n");
  system.set("sys/fs/cgroup/user.slice/session/memory.max", "8000\n");
  system.set("sys/fs/cgroup/user.slice/session/memory.current", "3000\n");
  system.set("sys/fs/cgroup/user.slice/memory.max", "20000\n");
  system.set("sys/fs/cgroup/user.slice/memory.current", "19000\n");
  EXPECT_EQ(system.available(), 1000U);
  system.set("sys/fs/cgroup/user.slice/memory.current", "4000\n");
  EXPECT_EQ(system.available(), 5000U);
}

TEST(Memory, the_first_version_of_groups_is_found_among_its_controllers) {
  FakeSystem system;
  system.set("proc/self/cgroup", "9:cpu,cpuacct:/other\n4:hugetlb,memory:/jobs/17\n0::/\n");
  system.set("sys/fs/cgroup/memory/jobs/17/memory.limit_in_bytes", "7000\n");
  system.set("sys/fs/cgroup/memory/jobs/17/memory.usage_in_bytes", "6000\n");
  EXPECT_EQ(system.available(), 1000U);
  system.set("sys/fs/cgroup/memory/jobs/17/memory.stat", "cache 1\ntotal_inactive_file 2500\n");
  EXPECT_EQ(system.available(), 3500U);
}

TEST(Memory, files_that_the_kernel_can_forget_do_not_count_as_used) {
  FakeSystem system;
  system.set("sys/fs/cgroup/memory.max", "9000\n");
  system.set("sys/fs/cgroup/memory.current", "8000\n");
  system.set("sys/fs/cgroup/memory.stat", "anon 3000\nfile 5000\ninactive_file 4500\nslab 1\n");
  EXPECT_EQ(system.available(), 5500U);
  system.set("sys/fs/cgroup/memory.stat", "inactive_file 99999\n");
  EXPECT_EQ(system.available(), 9000U) << "numbers of two moments need not fit";
}

TEST(Memory, what_a_kernel_never_wrote_is_unknown) {
  FakeSystem system;
  system.set("proc/meminfo", "MemAvailable: lots kB\n");
  system.set("proc/self/cgroup", "0\n::\n4:memory\nnothing\n");
  system.set("sys/fs/cgroup/memory.max", "-5\n");
  system.set("sys/fs/cgroup/memory.current", "12x\n");
  EXPECT_EQ(system.available(), kUnknownMemory);
}

}  // namespace
}  // namespace belamy
