#include "belamy/image/event_message.h"

#include <vector>

#include "belamy/core/protobuf.h"
#include "belamy/image/png.h"

namespace belamy {

using protobuf::append_bytes;
using protobuf::append_double;
using protobuf::append_float;
using protobuf::append_integer;

namespace {

std::string encode_event(const EventTime& time, std::string_view summary) {
  std::string event;
  append_double(event, 1, time.wall_seconds);
  append_integer(event, 2, time.step);
  append_bytes(event, 5, summary);
  return event;
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
    const auto field = protobuf::take_field(message);
    if (!field) return std::nullopt;
    if (field->number == 2 && field->wire == protobuf::Wire::kVarint) {
      step = static_cast<int64_t>(field->value);
    }
  }
  return step;
}

}  // namespace belamy
