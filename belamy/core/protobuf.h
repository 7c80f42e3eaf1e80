// Protocol buffers on the wire, for the few messages that are written by hand.
//
// A field is a varint, number * 8 + wire type, and its value: a varint (type 0), 8 bytes (1), 4
// bytes (5), or a length and as many bytes (2: strings, messages, packed lists).
// https://protobuf.dev/programming-guides/encoding
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace belamy::protobuf {

/// Each appends one field to the message `out`. Repeated fields are appended one by one.
void append_integer(std::string& out, uint64_t field, int64_t value);  // int32, int64, enum
void append_float(std::string& out, uint64_t field, float value);
void append_double(std::string& out, uint64_t field, double value);
void append_bytes(std::string& out, uint64_t field, std::string_view bytes);  // string, message

enum class Wire : uint64_t { kVarint = 0, kEightBytes = 1, kLength = 2, kFourBytes = 5 };

struct Field {
  uint64_t number = 0;
  Wire wire = Wire::kVarint;
  uint64_t value = 0;      // of a varint
  std::string_view bytes;  // of the other types, little-endian where they are numbers
};

/// Takes the first field off `rest`; nothing when the bytes are not a message.
std::optional<Field> take_field(std::string_view& rest);

}  // namespace belamy::protobuf
