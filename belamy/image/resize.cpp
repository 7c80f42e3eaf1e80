#include "belamy/image/resize.h"

#include <algorithm>
#include <cmath>

#include "belamy/core/error.h"

namespace belamy {
namespace {

// The part of a source axis that becomes the whole target axis, in source pixels.
struct Window {
  double start;
  double extent;
};

// The source pixels, with their weights, that make one target pixel.
struct Taps {
  int64_t first;
  std::vector<float> weights;  // sum to 1
};

std::vector<Taps> triangle_taps(int64_t source, int64_t target, Window window) {
  const double scale = window.extent / static_cast<double>(target);
  const double radius = std::max(scale, 1.0);  // shrinking widens the filter: no aliasing
  std::vector<Taps> all(static_cast<size_t>(target));
  for (int64_t i = 0; i < target; ++i) {
    const double centre = window.start + (static_cast<double>(i) + 0.5) * scale;
    const auto first = std::max<int64_t>(0, static_cast<int64_t>(std::floor(centre - radius)));
    const auto last = std::min<int64_t>(source, static_cast<int64_t>(std::ceil(centre + radius)));
    Taps taps{first, {}};
    double sum = 0;
    for (int64_t x = first; x < last; ++x) {
      const double distance = std::abs(static_cast<double>(x) + 0.5 - centre) / radius;
      const double weight = std::max(0.0, 1.0 - distance);
      taps.weights.push_back(static_cast<float>(weight));
      sum += weight;
    }
    for (float& weight : taps.weights) weight = static_cast<float>(weight / sum);
    all[static_cast<size_t>(i)] = std::move(taps);
  }
  return all;
}

// in [H, W, C] -> [H, target, C]
std::vector<float> resample_rows(const Image& in, const std::vector<Taps>& taps) {
  const auto channels = static_cast<size_t>(in.channels), width = static_cast<size_t>(in.width);
  std::vector<float> out;
  out.reserve(static_cast<size_t>(in.height) * taps.size() * channels);
  for (size_t y = 0; y < static_cast<size_t>(in.height); ++y) {
    const uint8_t* row = in.pixels.data() + y * width * channels;
    for (const Taps& tap : taps) {
      for (size_t c = 0; c < channels; ++c) {
        const uint8_t* from = row + static_cast<size_t>(tap.first) * channels + c;
        float sum = 0;
        for (size_t k = 0; k < tap.weights.size(); ++k) sum += tap.weights[k] * from[k * channels];
        out.push_back(sum);
      }
    }
  }
  return out;
}

Image resample(const Image& in, int64_t height, int64_t width, Window rows, Window columns) {
  const std::vector<float> wide =
      resample_rows(in, triangle_taps(in.width, width, columns));  // [in.height, width, C]
  const std::vector<Taps> taps = triangle_taps(in.height, height, rows);
  Image out = blank_image(height, width, in.channels);
  const auto stride = static_cast<size_t>(width * in.channels);
  for (size_t y = 0; y < taps.size(); ++y) {
    const float* from = wide.data() + static_cast<size_t>(taps[y].first) * stride;
    for (size_t x = 0; x < stride; ++x) {
      float sum = 0;
      for (size_t k = 0; k < taps[y].weights.size(); ++k) {
        sum += taps[y].weights[k] * from[k * stride + x];
      }
      out.pixels[y * stride + x] = static_cast<uint8_t>(std::clamp(sum + 0.5f, 0.0f, 255.0f));
    }
  }
  return out;
}

Image crop(const Image& in, int64_t height, int64_t width) {
  const double per_row = static_cast<double>(in.height) / static_cast<double>(height);
  const double per_column = static_cast<double>(in.width) / static_cast<double>(width);
  const double scale = std::min(per_row, per_column);
  const double tall = scale * static_cast<double>(height),
               wide = scale * static_cast<double>(width);
  return resample(in, height, width, {(static_cast<double>(in.height) - tall) / 2, tall},
                  {(static_cast<double>(in.width) - wide) / 2, wide});
}

Image stretch(const Image& in, int64_t height, int64_t width) {
  if (in.height == height && in.width == width) return in;
  return resample(in, height, width, {0, static_cast<double>(in.height)},
                  {0, static_cast<double>(in.width)});
}

Image pad(const Image& in, int64_t height, int64_t width) {
  const double scale = std::min(static_cast<double>(height) / static_cast<double>(in.height),
                                static_cast<double>(width) / static_cast<double>(in.width));
  const auto side = [scale](int64_t length, int64_t limit) {
    return std::clamp<int64_t>(std::lround(scale * static_cast<double>(length)), 1, limit);
  };
  const Image inner = stretch(in, side(in.height, height), side(in.width, width));
  Image out = blank_image(height, width, in.channels);
  const int64_t top = (height - inner.height) / 2, left = (width - inner.width) / 2;
  for (int64_t y = 0; y < inner.height; ++y) {
    std::copy_n(inner.pixels.begin() + y * inner.width * in.channels, inner.width * in.channels,
                out.pixels.begin() + ((top + y) * width + left) * in.channels);
  }
  return out;
}

uint8_t on_white(uint8_t value, uint8_t alpha) {
  return static_cast<uint8_t>((value * alpha + 255 * (255 - alpha) + 127) / 255);
}

uint8_t luma(uint8_t red, uint8_t green, uint8_t blue) {
  return static_cast<uint8_t>((299 * red + 587 * green + 114 * blue + 500) / 1000);
}

}  // namespace

Image fit_image(const Image& image, int64_t height, int64_t width, FitRule rule) {
  if (image.height == height && image.width == width) return image;
  switch (rule) {
    case FitRule::kCrop:
      return crop(image, height, width);
    case FitRule::kStretch:
      return stretch(image, height, width);
    case FitRule::kPad:
      return pad(image, height, width);
    case FitRule::kExact:
      break;
  }
  fail(ErrorKind::kData,
       "expected a picture of {}x{} (height x width), got {}x{}; try data.fit = \"crop\", "
       "\"stretch\" or \"pad\"",
       height, width, image.height, image.width);
}

Image to_channels(const Image& image, int64_t channels) {
  if (channels != 1 && channels != 3) {
    fail(ErrorKind::kData, "pictures can be had in 1 (grey) or 3 (colour) channels, not in {}",
         channels);
  }
  if (image.channels == channels) return image;
  const bool has_alpha = image.channels == 2 || image.channels == 4;
  const bool is_colour = image.channels >= 3;
  Image out = blank_image(image.height, image.width, channels);
  const int64_t count = image.height * image.width;
  for (int64_t i = 0; i < count; ++i) {
    const uint8_t* from = image.pixels.data() + i * image.channels;
    uint8_t* to = out.pixels.data() + i * channels;
    const uint8_t alpha = has_alpha ? from[image.channels - 1] : uint8_t{255};
    const uint8_t red = on_white(from[0], alpha);
    const uint8_t green = is_colour ? on_white(from[1], alpha) : red;
    const uint8_t blue = is_colour ? on_white(from[2], alpha) : red;
    if (channels == 1) {
      to[0] = luma(red, green, blue);
    } else {
      to[0] = red, to[1] = green, to[2] = blue;
    }
  }
  return out;
}

}  // namespace belamy
