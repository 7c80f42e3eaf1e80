// SHA-256, by which fetched files are known to be the right ones.
#pragma once

#include <cstdint>
#include <span>
#include <string>

namespace belamy {

/// 64 lower-case hexadecimal digits.
std::string sha256_hex(std::span<const uint8_t> bytes);
std::string sha256_hex(const std::string& text);

}  // namespace belamy
