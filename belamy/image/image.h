// A picture in memory.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

namespace belamy {

/// Bytes 0..255, row by row from the top, channels side by side.
/// Channels: 1 grey, 2 grey + alpha, 3 colour, 4 colour + alpha.
struct Image {
  int64_t height = 0;
  int64_t width = 0;
  int64_t channels = 0;
  std::vector<uint8_t> pixels;  // [H, W, C]

  bool operator==(const Image&) const = default;
};

/// A picture of one colour value in every channel.
inline Image blank_image(int64_t height, int64_t width, int64_t channels, uint8_t value = 0) {
  const auto size = static_cast<size_t>(height * width * channels);
  return {height, width, channels, std::vector<uint8_t>(size, value)};
}

}  // namespace belamy
