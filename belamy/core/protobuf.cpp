#include "belamy/core/protobuf.h"

#include <bit>

namespace belamy::protobuf {
namespace {

template <class T>
void append_little_endian(std::string& out, T value) {
  for (size_t i = 0; i < sizeof(T); ++i) out.push_back(static_cast<char>(value >> (8 * i)));
}

// Seven bits a byte, lowest first; the top bit says that more follow.
void append_varint(std::string& out, uint64_t value) {
  for (; value >= 0x80; value >>= 7) out.push_back(static_cast<char>(value | 0x80));
  out.push_back(static_cast<char>(value));
}

void append_key(std::string& out, uint64_t field, Wire wire) {
  append_varint(out, field << 3 | static_cast<uint64_t>(wire));
}

// Takes the front of `rest`; false when it does not hold what is asked for.
bool take_varint(std::string_view& rest, uint64_t& value) {
  value = 0;
  for (int shift = 0; shift < 70 && !rest.empty(); shift += 7) {
    const auto byte = static_cast<uint8_t>(rest.front());
    rest.remove_prefix(1);
    if (shift < 64) value |= uint64_t{byte & 0x7fu} << shift;
    if (byte < 0x80) return true;
  }
  return false;
}

bool take_bytes(std::string_view& rest, uint64_t size, std::string_view& bytes) {
  if (size > rest.size()) return false;
  bytes = rest.substr(0, size);
  rest.remove_prefix(size);
  return true;
}

bool take_value(std::string_view& rest, Field& field) {
  uint64_t length = 0;
  switch (field.wire) {
    case Wire::kVarint:
      return take_varint(rest, field.value);
    case Wire::kEightBytes:
      return take_bytes(rest, 8, field.bytes);
    case Wire::kLength:
      return take_varint(rest, length) && take_bytes(rest, length, field.bytes);
    case Wire::kFourBytes:
      return take_bytes(rest, 4, field.bytes);
  }
  return false;
}

}  // namespace

void append_integer(std::string& out, uint64_t field, int64_t value) {
  append_key(out, field, Wire::kVarint);
  append_varint(out, static_cast<uint64_t>(value));
}

void append_float(std::string& out, uint64_t field, float value) {
  append_key(out, field, Wire::kFourBytes);
  append_little_endian(out, std::bit_cast<uint32_t>(value));
}

void append_double(std::string& out, uint64_t field, double value) {
  append_key(out, field, Wire::kEightBytes);
  append_little_endian(out, std::bit_cast<uint64_t>(value));
}

void append_bytes(std::string& out, uint64_t field, std::string_view bytes) {
  append_key(out, field, Wire::kLength);
  append_varint(out, bytes.size());
  out.append(bytes);
}

std::optional<Field> take_field(std::string_view& rest) {
  uint64_t key = 0;
  if (!take_varint(rest, key)) return std::nullopt;
  Field field{.number = key >> 3, .wire = static_cast<Wire>(key & 7), .value = 0, .bytes = {}};
  if (!take_value(rest, field)) return std::nullopt;
  return field;
}

}  // namespace belamy::protobuf
