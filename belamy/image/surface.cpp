#include "belamy/image/surface.h"

#include <algorithm>
#include <array>
#include <cmath>

#include "belamy/core/error.h"
#include "belamy/image/palette.h"
#include "belamy/image/png.h"

namespace belamy {
namespace {

// Okabe and Ito's blue and orange: apart for the colour-blind too.
constexpr std::array<float, 3> kLow = {0, 114, 178}, kHigh = {230, 159, 0};
constexpr Colour kUnknown = {128, 128, 128}, kLine = {60, 60, 60};

Colour colour_of(float value) {
  if (std::isnan(value)) return kUnknown;
  const auto& end = value < 0 ? kLow : kHigh;
  const float share = std::min(std::abs(value), 1.0f);
  Colour colour;
  for (size_t c = 0; c < colour.size(); ++c) {
    colour[c] = static_cast<uint8_t>(255 + share * (end[c] - 255) + 0.5f);
  }
  return colour;
}

}  // namespace

Image draw_surface(std::span<const float> values, int64_t size) {
  if (size < 1 || size > kMaxImageSide) {
    fail(ErrorKind::kUsage, "a surface has 1..{} pixels a side, got {}", kMaxImageSide, size);
  }
  const auto side = static_cast<size_t>(size);
  if (values.size() != side * side) {
    fail(ErrorKind::kShape, "a surface of {} pixels a side takes {} values, got {}", size,
         side * side, values.size());
  }
  Image image = blank_image(size, size, 3);
  for (size_t i = 0; i < values.size(); ++i) {
    const bool has_right = (i + 1) % side != 0, has_below = i + side < values.size();
    const bool turns = (has_right && values[i] * values[i + 1] < 0) ||
                       (has_below && values[i] * values[i + side] < 0);
    const Colour colour = turns ? kLine : colour_of(values[i]);
    std::copy(colour.begin(), colour.end(),
              image.pixels.begin() + static_cast<std::ptrdiff_t>(3 * i));
  }
  return image;
}

}  // namespace belamy
