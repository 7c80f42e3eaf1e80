// Reads TensorBoard's event files without the code under test: TFRecord frames checked by a bitwise
// CRC, messages split into fields by number.
#pragma once

#include <cstdint>
#include <filesystem>
#include <stdexcept>
#include <string>
#include <vector>

#include "belamy/core/file.h"
#include "tests/support/protobuf_message.h"

namespace belamy::testing {

inline uint32_t bitwise_crc32c(const std::string& bytes) {
  uint32_t crc = ~0u;
  for (const char byte : bytes) {
    crc ^= static_cast<uint8_t>(byte);
    for (int bit = 0; bit < 8; ++bit) crc = (crc & 1) != 0 ? crc >> 1 ^ 0x82f63b78u : crc >> 1;
  }
  return ~crc;
}

inline uint32_t mask(uint32_t crc) {
  return (crc >> 15 | crc << 17) + 0xa282ead8u;
}

/// The messages of a file. Throws unless it consists of whole, sound records.
inline std::vector<std::string> messages_in(const std::filesystem::path& path) {
  const std::string bytes = read_text(path, 1 << 24);
  std::vector<std::string> messages;
  for (size_t at = 0; at < bytes.size();) {
    const uint64_t length = number_at(bytes, at, 8);
    if (number_at(bytes, at + 8, 4) != mask(bitwise_crc32c(bytes.substr(at, 8)))) {
      throw std::runtime_error("a length's checksum is wrong");
    }
    const std::string message = bytes.substr(at + 12, length);
    if (number_at(bytes, at + 12 + length, 4) != mask(bitwise_crc32c(message))) {
      throw std::runtime_error("a message's checksum is wrong");
    }
    messages.push_back(message);
    at += 12 + length + 4;
  }
  return messages;
}

}  // namespace belamy::testing
