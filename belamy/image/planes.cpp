#include "belamy/image/planes.h"

namespace belamy {

void append_planes(const Image& image, std::vector<uint8_t>& out) {
  const auto channels = static_cast<size_t>(image.channels);
  for (size_t c = 0; c < channels; ++c) {
    for (size_t i = c; i < image.pixels.size(); i += channels) out.push_back(image.pixels[i]);
  }
}

Image picture_of_planes(std::span<const uint8_t> planes, int64_t height, int64_t width,
                        int64_t channels) {
  Image image = blank_image(height, width, channels);
  const auto count = static_cast<size_t>(channels);
  const size_t pixels = planes.size() / count;
  for (size_t c = 0; c < count; ++c) {
    for (size_t p = 0; p < pixels; ++p) image.pixels[p * count + c] = planes[c * pixels + p];
  }
  return image;
}

}  // namespace belamy
