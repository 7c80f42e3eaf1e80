// How much memory there is.
#pragma once

#include <cstdint>
#include <filesystem>
#include <limits>
#include <string>

namespace belamy {

inline constexpr uint64_t kUnknownMemory = std::numeric_limits<uint64_t>::max();

/// Bytes that a process can still take before the machine swaps or the limit of its control group,
/// or of one above it, ends it; kUnknownMemory where the system does not say. Files' pages that the
/// kernel would give back do not count as taken. `root` is where proc and sys lie.
uint64_t available_memory(const std::filesystem::path& root = "/");

/// "12.3 GB"
std::string gigabytes_text(double bytes);

}  // namespace belamy
