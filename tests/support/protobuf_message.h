// Splits protocol buffer messages into fields without the code under test.
#pragma once

#include <bit>
#include <cstdint>
#include <map>
#include <stdexcept>
#include <string>
#include <vector>

namespace belamy::testing {

inline uint64_t number_at(const std::string& bytes, size_t at, size_t size) {
  if (at + size > bytes.size()) throw std::runtime_error("a record is cut short");
  uint64_t value = 0;
  for (size_t i = 0; i < size; ++i) {
    value += static_cast<uint64_t>(static_cast<uint8_t>(bytes[at + i])) << (8 * i);
  }
  return value;
}

/// A message's fields by number: those of a length as they are, numbers as 8 bytes.
struct Message {
  std::map<uint64_t, std::vector<std::string>> texts;
  std::map<uint64_t, std::vector<uint64_t>> numbers;

  explicit Message(const std::string& bytes) {
    size_t at = 0;
    const auto varint = [&] {
      uint64_t value = 0;
      for (int shift = 0;; shift += 7) {
        const uint64_t byte = number_at(bytes, at++, 1);
        value |= (byte & 127) << shift;
        if (byte < 128) return value;
      }
    };
    while (at < bytes.size()) {
      const uint64_t key = varint();
      const uint64_t kind = key & 7;
      if (kind == 0) {
        numbers[key >> 3].push_back(varint());
      } else if (kind == 2) {
        const uint64_t length = varint();
        if (at + length > bytes.size()) throw std::runtime_error("a field is cut short");
        texts[key >> 3].push_back(bytes.substr(at, length));
        at += length;
      } else if (kind == 1 || kind == 5) {
        const size_t size = kind == 1 ? 8 : 4;
        numbers[key >> 3].push_back(number_at(bytes, at, size));
        at += size;
      } else {
        throw std::runtime_error("an unknown kind of field");
      }
    }
  }

  double as_double(uint64_t field) const { return std::bit_cast<double>(numbers.at(field).at(0)); }
  float as_float(uint64_t field) const {
    return std::bit_cast<float>(static_cast<uint32_t>(numbers.at(field).at(0)));
  }
};

}  // namespace belamy::testing
