#include "belamy/image/difference.h"

#include <array>
#include <cmath>
#include <limits>

#include "belamy/core/error.h"

namespace belamy {
namespace {

constexpr int64_t kWindow = 11;
constexpr double kDeviation = 1.5, kPeak = 255;

std::array<double, kWindow> gaussian() {
  std::array<double, kWindow> weights{};
  double sum = 0;
  for (int64_t i = 0; i < kWindow; ++i) {
    const int64_t from_middle = i - kWindow / 2;
    const double distance = static_cast<double>(from_middle) / kDeviation;
    weights[static_cast<size_t>(i)] = std::exp(-distance * distance / 2);
    sum += weights[static_cast<size_t>(i)];
  }
  for (double& weight : weights) weight /= sum;
  return weights;
}

/// A channel as numbers, [height, width].
struct Plane {
  int64_t height = 0, width = 0;
  std::vector<double> values;
};

Plane plane_of(const Image& image, int64_t channel) {
  Plane plane{image.height, image.width, {}};
  for (auto i = static_cast<size_t>(channel); i < image.pixels.size();
       i += static_cast<size_t>(image.channels)) {
    plane.values.push_back(image.pixels[i]);
  }
  return plane;
}

Plane product(const Plane& a, const Plane& b) {
  Plane result = a;
  for (size_t i = 0; i < result.values.size(); ++i) result.values[i] *= b.values[i];
  return result;
}

// The window's mean wherever it lies inside.
Plane blurred(const Plane& in) {
  static const std::array<double, kWindow> weights = gaussian();
  const int64_t width = in.width - kWindow + 1, height = in.height - kWindow + 1;
  const auto at = [](const Plane& plane, int64_t y, int64_t x) {
    return plane.values[static_cast<size_t>(y * plane.width + x)];
  };
  const auto sum = [&](const auto& value) {
    double total = 0;
    for (int64_t k = 0; k < kWindow; ++k) total += weights[static_cast<size_t>(k)] * value(k);
    return total;
  };
  Plane rows{in.height, width, {}}, result{height, width, {}};
  for (int64_t y = 0; y < in.height; ++y) {
    for (int64_t x = 0; x < width; ++x) {
      rows.values.push_back(sum([&](int64_t k) { return at(in, y, x + k); }));
    }
  }
  for (int64_t y = 0; y < height; ++y) {
    for (int64_t x = 0; x < width; ++x) {
      result.values.push_back(sum([&](int64_t k) { return at(rows, y + k, x); }));
    }
  }
  return result;
}

double ssim(const Plane& a, const Plane& b) {
  constexpr double kC1 = 0.01 * kPeak * 0.01 * kPeak, kC2 = 0.03 * kPeak * 0.03 * kPeak;
  const Plane mean_a = blurred(a), mean_b = blurred(b);
  const Plane square_a = blurred(product(a, a)), square_b = blurred(product(b, b));
  const Plane both = blurred(product(a, b));
  double total = 0;
  for (size_t i = 0; i < mean_a.values.size(); ++i) {
    const double ma = mean_a.values[i], mb = mean_b.values[i];
    const double variances = square_a.values[i] - ma * ma + square_b.values[i] - mb * mb;
    const double covariance = both.values[i] - ma * mb;
    total += (2 * ma * mb + kC1) * (2 * covariance + kC2) /
             ((ma * ma + mb * mb + kC1) * (variances + kC2));
  }
  return total / static_cast<double>(mean_a.values.size());
}

void check(const Image& a, const Image& b) {
  const bool fits = a.height == b.height && a.width == b.width && a.channels == b.channels &&
                    a.height >= kWindow && a.width >= kWindow;
  if (fits) return;
  fail(ErrorKind::kShape,
       "pictures to compare must have one size, at least {}x{}, got {}x{}x{} and {}x{}x{}", kWindow,
       kWindow, a.height, a.width, a.channels, b.height, b.width, b.channels);
}

}  // namespace

ImageDifference image_difference(const Image& a, const Image& b) {
  check(a, b);
  double absolute = 0, square = 0;
  for (size_t i = 0; i < a.pixels.size(); ++i) {
    const double difference = static_cast<double>(a.pixels[i]) - static_cast<double>(b.pixels[i]);
    absolute += std::abs(difference);
    square += difference * difference;
  }
  const auto count = static_cast<double>(a.pixels.size());
  ImageDifference result;
  result.mean_absolute_error = absolute / count;
  result.psnr = square == 0 ? std::numeric_limits<double>::infinity()
                            : 10 * std::log10(kPeak * kPeak * count / square);
  for (int64_t c = 0; c < a.channels; ++c) {
    result.ssim += ssim(plane_of(a, c), plane_of(b, c)) / static_cast<double>(a.channels);
  }
  return result;
}

}  // namespace belamy
