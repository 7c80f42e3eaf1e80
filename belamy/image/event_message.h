// The few protocol buffer messages that TensorBoard needs, encoded by hand.
//
// Fields used, of TensorFlow's event.proto and summary.proto, with their numbers and types:
//
//   Event          1 wall_time: double    2 step: int64    3 file_version: string
//                  5 summary: Summary
//   Summary        1 value: repeated Value
//   Value          1 tag: string    2 simple_value: float    4 image: Image
//   Image          1 height: int32    2 width: int32    3 colorspace: int32 (its channels, 1..4)
//                  4 encoded_image_string: bytes, a PNG file
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>

#include "belamy/image/image.h"

namespace belamy {

struct EventTime {
  int64_t step = 0;
  double wall_seconds = 0;  // since 1970
};

/// A number with the tag under which TensorBoard shows it: "losses/generator". What stands before
/// the first slash groups the charts.
using TaggedScalar = std::pair<std::string, double>;

/// The event that opens a file: its format, "brain.Event:2".
std::string encode_version_event(double wall_seconds);
/// Values are stored as floats, as the format has them.
std::string encode_scalars_event(const EventTime& time, std::span<const TaggedScalar> scalars);
/// Throws as encode_png does.
std::string encode_image_event(const EventTime& time, std::string_view tag, const Image& image);

/// The step of any event; nothing when the bytes are not a message.
std::optional<int64_t> read_event_step(std::string_view message);

}  // namespace belamy
