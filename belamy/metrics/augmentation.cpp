#include "belamy/metrics/augmentation.h"

#include <ATen/Parallel.h>

#include <algorithm>
#include <cmath>
#include <numbers>
#include <vector>

namespace belamy {
namespace {

/// Where a pixel of the new image comes from, relative to the centre: A (x, y) + b.
struct Placement {
  float xx = 1, xy = 0, yx = 0, yy = 1;
  float dx = 0, dy = 0;
};

Placement draw(const Augmentation& how, RandomStream& random) {
  const auto either_way = [&](double reach) { return reach * (2 * random.uniform() - 1); };
  const double angle = either_way(how.rotation) * std::numbers::pi / 180;
  const double zoom = 1 / (1 + either_way(how.scale));
  double dx = either_way(how.shift), dy = either_way(how.shift);
  if (how.whole_pixels) {
    dx = std::round(dx);
    dy = std::round(dy);
  }
  const double mirror = how.flip && random.uniform() < 0.5 ? -1 : 1;
  const auto narrow = [](double value) { return static_cast<float>(value); };
  return {narrow(mirror * zoom * std::cos(angle)),
          narrow(-mirror * zoom * std::sin(angle)),
          narrow(zoom * std::sin(angle)),
          narrow(zoom * std::cos(angle)),
          narrow(mirror * dx),
          narrow(dy)};
}

float bilinear(const float* plane, int64_t height, int64_t width, float y, float x) {
  y = std::clamp(y, 0.0f, static_cast<float>(height - 1));
  x = std::clamp(x, 0.0f, static_cast<float>(width - 1));
  const auto top = static_cast<int64_t>(y), left = static_cast<int64_t>(x);
  const int64_t bottom = std::min(top + 1, height - 1), right = std::min(left + 1, width - 1);
  const float down = y - static_cast<float>(top), across = x - static_cast<float>(left);
  const auto row = [&](int64_t r) {
    return (1 - across) * plane[r * width + left] + across * plane[r * width + right];
  };
  return (1 - down) * row(top) + down * row(bottom);
}

void place(const ImageBlock& images, int64_t index, const Placement& p,
           std::vector<float>& before) {
  const int64_t pixels = images.height * images.width;
  float* image = images.values + index * images.channels * pixels;
  before.assign(image, image + images.channels * pixels);
  const float middle_y = static_cast<float>(images.height - 1) / 2;
  const float middle_x = static_cast<float>(images.width - 1) / 2;
  for (int64_t i = 0; i < pixels; ++i) {
    const float y = static_cast<float>(i / images.width) - middle_y;
    const float x = static_cast<float>(i % images.width) - middle_x;
    const float from_x = p.xx * x + p.xy * y + p.dx + middle_x;
    const float from_y = p.yx * x + p.yy * y + p.dy + middle_y;
    for (int64_t c = 0; c < images.channels; ++c) {
      image[c * pixels + i] =
          bilinear(before.data() + c * pixels, images.height, images.width, from_y, from_x);
    }
  }
}

}  // namespace

Augmentation augmentation_for(const std::string& data_name) {
  if (data_name == "mnist") return {.shift = 2, .rotation = 12, .scale = 0.12};
  if (data_name == "fashion-mnist") return {.shift = 2.49, .flip = true, .whole_pixels = true};
  return {.shift = 1};
}

void augment(const ImageBlock& images, const Augmentation& how, RandomStream& random) {
  std::vector<Placement> placements;
  for (int64_t i = 0; i < images.count; ++i) placements.push_back(draw(how, random));
  constexpr int64_t kGrain = 16;
  at::parallel_for(0, images.count, kGrain, [&](int64_t begin, int64_t end) {
    std::vector<float> before;
    for (int64_t i = begin; i < end; ++i) {
      place(images, i, placements[static_cast<size_t>(i)], before);
    }
  });
}

}  // namespace belamy
