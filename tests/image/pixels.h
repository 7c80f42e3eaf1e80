// Looks at drawings by colour, whatever font their text is in.
#pragma once

#include <algorithm>
#include <cstdlib>

#include "belamy/image/canvas.h"

namespace belamy::testing {

inline Colour colour_at(const Image& image, int64_t x, int64_t y) {
  const auto i = static_cast<size_t>((y * image.width + x) * 3);
  return {image.pixels[i], image.pixels[i + 1], image.pixels[i + 2]};
}

/// Within a few levels a channel.
inline bool is_close(const Colour& a, const Colour& b, int levels = 3) {
  for (size_t c = 0; c < 3; ++c) {
    if (std::abs(a[c] - b[c]) > levels) return false;
  }
  return true;
}

/// Around the pixels that `is_wanted` holds for; right < left when there are none.
template <class Predicate>
Rectangle bounds_of(const Image& image, Predicate is_wanted) {
  Rectangle bounds{1e9, 1e9, -1, -1};
  for (int64_t y = 0; y < image.height; ++y) {
    for (int64_t x = 0; x < image.width; ++x) {
      if (!is_wanted(colour_at(image, x, y))) continue;
      const auto left = static_cast<double>(x), top = static_cast<double>(y);
      bounds = {std::min(bounds.left, left), std::min(bounds.top, top),
                std::max(bounds.right, left + 1), std::max(bounds.bottom, top + 1)};
    }
  }
  return bounds;
}

}  // namespace belamy::testing
