#include "belamy/image/scatter.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <vector>

#include "belamy/core/error.h"
#include "belamy/image/png.h"

namespace belamy {
namespace {

struct Ink {
  std::array<float, 3> colour;
  float opacity;
};
constexpr Ink kRealInk{{190, 190, 190}, 0.25f};
constexpr Ink kGeneratedInk{{200, 20, 40}, 0.35f};
constexpr float kRadius = 1.6f;  // pixels

// [size, size, 3] in float: a hundred faint dots on one pixel must not vanish in rounding.
struct Canvas {
  int64_t size;
  std::vector<float> values;
};

void draw_dot(Canvas& canvas, float x, float y, const Ink& ink) {
  const auto reach = static_cast<int64_t>(std::ceil(kRadius));
  const auto column = static_cast<int64_t>(x), row = static_cast<int64_t>(y);
  for (int64_t j = std::max<int64_t>(0, row - reach); j <= std::min(canvas.size - 1, row + reach);
       ++j) {
    for (int64_t i = std::max<int64_t>(0, column - reach);
         i <= std::min(canvas.size - 1, column + reach); ++i) {
      const float distance =
          std::hypot(static_cast<float>(i) + 0.5f - x, static_cast<float>(j) + 0.5f - y);
      const float weight = ink.opacity * std::clamp(kRadius + 0.5f - distance, 0.0f, 1.0f);
      float* pixel = canvas.values.data() + (j * canvas.size + i) * 3;
      for (size_t c = 0; c < 3; ++c) pixel[c] += weight * (ink.colour[c] - pixel[c]);
    }
  }
}

void draw_points(Canvas& canvas, std::span<const float> points, const ScatterOptions& options,
                 const Ink& ink) {
  const float scale = static_cast<float>(canvas.size) / (options.high - options.low);
  const auto inside = [&](float value) { return value >= options.low && value <= options.high; };
  for (size_t i = 0; i + 1 < points.size(); i += 2) {
    if (!inside(points[i]) || !inside(points[i + 1])) continue;  // a NaN is not inside either
    draw_dot(canvas, (points[i] - options.low) * scale, (options.high - points[i + 1]) * scale,
             ink);
  }
}

}  // namespace

Image scatter(std::span<const float> real, std::span<const float> generated,
              const ScatterOptions& options) {
  if (!(options.low < options.high) || options.size < 1 || options.size > kMaxImageSide) {
    fail(ErrorKind::kUsage,
         "a scatter plot needs low < high and a size of 1..{}, got {}..{} and {}", kMaxImageSide,
         options.low, options.high, options.size);
  }
  if (real.size() % 2 != 0 || generated.size() % 2 != 0) {
    fail(ErrorKind::kShape, "a scatter plot needs points [N, 2], got {} and {} values", real.size(),
         generated.size());
  }
  const auto count = static_cast<size_t>(options.size * options.size * 3);
  Canvas canvas{options.size, std::vector<float>(count, 255.0f)};
  draw_points(canvas, real, options, kRealInk);
  draw_points(canvas, generated, options, kGeneratedInk);
  Image image = blank_image(options.size, options.size, 3);
  std::transform(canvas.values.begin(), canvas.values.end(), image.pixels.begin(),
                 [](float value) { return static_cast<uint8_t>(value + 0.5f); });
  return image;
}

}  // namespace belamy
