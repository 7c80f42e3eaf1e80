// Gzip, told by its content and not by a file's name.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <vector>

namespace belamy {

/// Whether the bytes start as gzip does (1f 8b).
bool is_gzip(std::span<const uint8_t> bytes);

/// The decompressed bytes, of all members. Throws kData, naming `name`, when the stream is broken,
/// ends early, is followed by anything else, or would exceed `max_bytes`.
std::vector<uint8_t> gunzip(std::span<const uint8_t> bytes, uint64_t max_bytes,
                            const std::string& name);

}  // namespace belamy
