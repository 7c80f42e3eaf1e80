#include "belamy/core/memory.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <fstream>

namespace belamy {
namespace {

// The number that a file of /sys holds; unknown for "max" and where there is no such file.
uint64_t number_in(const char* path) {
  std::ifstream file(path);
  std::string text;
  file >> text;
  uint64_t number = 0;
  const auto [end, code] = std::from_chars(text.data(), text.data() + text.size(), number);
  return code == std::errc() && !text.empty() ? number : kUnknownMemory;
}

// proc(5): "MemAvailable:  123 kB".
uint64_t available_on_machine() {
  std::ifstream file("/proc/meminfo");
  for (std::string name, rest; file >> name && std::getline(file, rest);) {
    if (name == "MemAvailable:") return std::stoull(rest) * 1024;
  }
  return kUnknownMemory;
}

// Of both versions of control groups, as a container sees its own.
uint64_t left_in_group(const char* limit_file, const char* used_file) {
  const uint64_t limit = number_in(limit_file), used = number_in(used_file);
  if (limit == kUnknownMemory || used == kUnknownMemory) return kUnknownMemory;
  return limit > used ? limit - used : 0;
}

}  // namespace

uint64_t available_memory() {
  return std::min({available_on_machine(),
                   left_in_group("/sys/fs/cgroup/memory.max", "/sys/fs/cgroup/memory.current"),
                   left_in_group("/sys/fs/cgroup/memory/memory.limit_in_bytes",
                                 "/sys/fs/cgroup/memory/memory.usage_in_bytes")});
}

std::string gigabytes_text(double bytes) {
  return fmt::format("{:.{}f} GB", bytes / 1e9, bytes < 1e11 ? 1 : 0);
}

}  // namespace belamy
