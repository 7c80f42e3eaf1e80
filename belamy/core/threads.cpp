#include "belamy/core/threads.h"

#include <fmt/format.h>
#include <sched.h>

#include <algorithm>
#include <fstream>
#include <set>
#include <string>
#include <vector>

namespace belamy {
namespace {

std::vector<int> allowed_processors() {
  cpu_set_t set;
  CPU_ZERO(&set);
  std::vector<int> allowed;
  if (::sched_getaffinity(0, sizeof(set), &set) != 0) return allowed;
  for (int cpu = 0; cpu < CPU_SETSIZE; ++cpu) {
    if (CPU_ISSET(cpu, &set)) allowed.push_back(cpu);
  }
  return allowed;
}

// "0,32" or "0-1": which hyper-threads share this processor's core; empty when unknown.
std::string siblings_of(int cpu) {
  std::ifstream file(
      fmt::format("/sys/devices/system/cpu/cpu{}/topology/thread_siblings_list", cpu));
  std::string siblings;
  std::getline(file, siblings);
  return siblings.empty() ? fmt::format("{}", cpu) : siblings;
}

}  // namespace

int physical_cores() {
  std::set<std::string> cores;
  for (const int cpu : allowed_processors()) cores.insert(siblings_of(cpu));
  return std::max(1, static_cast<int>(cores.size()));
}

int logical_processors() {
  return std::max(1, static_cast<int>(allowed_processors().size()));
}

}  // namespace belamy
