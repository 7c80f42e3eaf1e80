// TensorBoard's event files: scalars and pictures by step.
//
// The format is TFRecord. A record is its length (8 bytes), the masked CRC-32C of those 8 bytes
// (4), the message, and the masked CRC-32C of the message (4), all little-endian. A masked checksum
// is rotate_right(crc, 15) + 0xa282ead8. The first message names the version, see event_message.h.
#pragma once

#include <cstdint>
#include <filesystem>
#include <limits>
#include <span>
#include <string>
#include <string_view>

#include "belamy/core/file.h"
#include "belamy/image/event_message.h"
#include "belamy/image/image.h"

namespace belamy {

/// TensorBoard reads files with "tfevents" in their name, wherever they lie below its --logdir.
inline constexpr const char* kEventFileName = "events.out.tfevents.belamy";

class EventFile {
 public:
  /// Makes `folder`'s event file or goes on with the one that is there. Of that, an event cut short
  /// by a kill, and everything from the first event beyond `last_step` on, is cut off first: a
  /// training that resumes at step N passes N. Throws kIo, and kData, leaving the file as it is,
  /// when it does not start as an event file.
  explicit EventFile(const std::filesystem::path& folder,
                     int64_t last_step = std::numeric_limits<int64_t>::max());

  /// One event, in the file when the call returns. No scalars: no event. Throws kIo.
  void add_scalars(int64_t step, std::span<const TaggedScalar> scalars);
  /// The same for a picture of 1 to 4 channels. Throws as encode_png does, too.
  void add_image(int64_t step, std::string_view tag, const Image& image);

 private:
  void append(std::string_view message);

  AppendFile file_;
};

/// `message` in its frame.
std::string tfrecord(std::string_view message);

}  // namespace belamy
