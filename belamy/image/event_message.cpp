#include "belamy/image/event_message.h"

#include <bit>
#include <vector>

#include "belamy/image/png.h"

namespace belamy {
namespace {

enum class Wire : uint64_t { kVarint = 0, kEightBytes = 1, kLength = 2, kFourBytes = 5 };

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

std::string encode_event(const EventTime& time, std::string_view summary) {
  std::string event;
  append_double(event, 1, time.wall_seconds);
  append_integer(event, 2, time.step);
  append_bytes(event, 5, summary);
  return event;
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

bool skip(std::string_view& rest, uint64_t size) {
  if (size > rest.size()) return false;
  rest.remove_prefix(size);
  return true;
}

bool skip_value(std::string_view& rest, Wire wire) {
  uint64_t value = 0;
  switch (wire) {
    case Wire::kVarint:
      return take_varint(rest, value);
    case Wire::kEightBytes:
      return skip(rest, 8);
    case Wire::kLength:
      return take_varint(rest, value) && skip(rest, value);
    case Wire::kFourBytes:
      return skip(rest, 4);
  }
  return false;
}

}  // namespace

std::string encode_version_event(double wall_seconds) {
  std::string event;
  append_double(event, 1, wall_seconds);
  append_bytes(event, 3, "brain.Event:2");
  return event;
}

std::string encode_scalars_event(const EventTime& time, std::span<const TaggedScalar> scalars) {
  std::string summary;
  for (const auto& [tag, number] : scalars) {
    std::string value;
    append_bytes(value, 1, tag);
    append_float(value, 2, static_cast<float>(number));
    append_bytes(summary, 1, value);
  }
  return encode_event(time, summary);
}

std::string encode_image_event(const EventTime& time, std::string_view tag, const Image& image) {
  const std::vector<uint8_t> png = encode_png(image);
  std::string picture;
  append_integer(picture, 1, image.height);
  append_integer(picture, 2, image.width);
  append_integer(picture, 3, image.channels);
  append_bytes(picture, 4, {reinterpret_cast<const char*>(png.data()), png.size()});
  std::string value;
  append_bytes(value, 1, tag);
  append_bytes(value, 4, picture);
  std::string summary;
  append_bytes(summary, 1, value);
  return encode_event(time, summary);
}

std::optional<int64_t> read_event_step(std::string_view message) {
  int64_t step = 0;  // a step of 0 may be left out
  while (!message.empty()) {
    uint64_t key = 0;
    if (!take_varint(message, key)) return std::nullopt;
    const auto wire = static_cast<Wire>(key & 7);
    if (key >> 3 == 2 && wire == Wire::kVarint) {
      uint64_t value = 0;
      if (!take_varint(message, value)) return std::nullopt;
      step = static_cast<int64_t>(value);
    } else if (!skip_value(message, wire)) {
      return std::nullopt;
    }
  }
  return step;
}

}  // namespace belamy
