#include "belamy/core/memory.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <fstream>
#include <sstream>

namespace belamy {
namespace fs = std::filesystem;
namespace {

uint64_t number_of(const std::string& text) {
  uint64_t number = 0;
  const auto [end, code] = std::from_chars(text.data(), text.data() + text.size(), number);
  return code == std::errc() && end == text.data() + text.size() && !text.empty() ? number
                                                                                  : kUnknownMemory;
}

// The number that a file of /sys holds; unknown for "max" and where there is no such file.
uint64_t number_in(const fs::path& path) {
  std::ifstream file(path);
  std::string text;
  file >> text;
  return number_of(text);
}

// The number behind a name that starts a line, as in /proc/meminfo and memory.stat.
uint64_t number_named(const fs::path& path, const std::string& name) {
  std::ifstream file(path);
  for (std::string first, number, rest; file >> first >> number; std::getline(file, rest)) {
    if (first == name) return number_of(number);
  }
  return kUnknownMemory;
}

// proc(5): "MemAvailable:  123 kB".
uint64_t available_on_machine(const fs::path& root) {
  const uint64_t kilobytes = number_named(root / "proc/meminfo", "MemAvailable:");
  return kilobytes < kUnknownMemory / 1024 ? kilobytes * 1024 : kUnknownMemory;
}

/// One version of control groups: where they are, and how their files are called.
struct GroupFiles {
  const char* folder;
  const char* controller;  // among a line's, in /proc/self/cgroup; "" for version 2
  const char* limit;
  const char* used;
  const char* cache;  // of memory.stat: what the kernel takes back before it ends a process
};

constexpr GroupFiles kVersion2 = {"sys/fs/cgroup", "", "memory.max", "memory.current",
                                  "inactive_file"};
constexpr GroupFiles kVersion1 = {"sys/fs/cgroup/memory", "memory", "memory.limit_in_bytes",
                                  "memory.usage_in_bytes", "total_inactive_file"};

uint64_t left_in_group(const fs::path& group, const GroupFiles& files) {
  const uint64_t limit = number_in(group / files.limit), used = number_in(group / files.used);
  if (limit == kUnknownMemory || used == kUnknownMemory) return kUnknownMemory;
  const uint64_t cache = number_named(group / "memory.stat", files.cache);
  const uint64_t held = cache == kUnknownMemory ? used : used - std::min(used, cache);
  return limit > held ? limit - held : 0;
}

bool lists(const std::string& controllers, const std::string& wanted) {
  std::istringstream names(controllers);
  for (std::string name; std::getline(names, name, ',');) {
    if (name == wanted) return true;
  }
  return controllers == wanted;
}

// cgroups(7): lines of "0::/PATH" for version 2, "4:cpu,memory:/PATH" for version 1. Relative to
// where groups are mounted; empty for the root, and where there is no such line.
fs::path own_group(const fs::path& root, const GroupFiles& files) {
  std::ifstream file(root / "proc/self/cgroup");
  for (std::string line; std::getline(file, line);) {
    const size_t first = line.find(':');
    const size_t second = first == std::string::npos ? first : line.find(':', first + 1);
    if (second == std::string::npos) continue;
    if (!lists(line.substr(first + 1, second - first - 1), files.controller)) continue;
    return fs::path(line.substr(second + 1)).relative_path();
  }
  return {};
}

// A group's limit holds for all groups below it. In a container that sees the groups of its host
// only from its own on, paths of the host lead nowhere, and the top is the container's.
uint64_t left_in_groups(const fs::path& root, const GroupFiles& files) {
  const fs::path top = root / files.folder;
  uint64_t left = left_in_group(top, files);
  for (fs::path group = own_group(root, files); !group.empty(); group = group.parent_path()) {
    left = std::min(left, left_in_group(top / group, files));
  }
  return left;
}

}  // namespace

uint64_t available_memory(const fs::path& root) {
  return std::min({available_on_machine(root), left_in_groups(root, kVersion2),
                   left_in_groups(root, kVersion1)});
}

std::string gigabytes_text(double bytes) {
  return fmt::format("{:.{}f} GB", bytes / 1e9, bytes < 1e11 ? 1 : 0);
}

}  // namespace belamy
