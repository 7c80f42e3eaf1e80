// How much memory there is.
#pragma once

#include <cstdint>
#include <limits>
#include <string>

namespace belamy {

inline constexpr uint64_t kUnknownMemory = std::numeric_limits<uint64_t>::max();

/// Bytes that a process can still take before the machine swaps or the limit of its control group
/// ends it; kUnknownMemory where the system does not say.
uint64_t available_memory();

/// "12.3 GB"
std::string gigabytes_text(double bytes);

}  // namespace belamy
