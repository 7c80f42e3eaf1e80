#include "belamy/sampling/draw.h"

#include <ATen/ATen.h>

#include <algorithm>
#include <cmath>
#include <numeric>

#include "belamy/core/error.h"
#include "belamy/games/game.h"
#include "belamy/image/grid.h"
#include "belamy/image/scatter.h"
#include "belamy/kernels/bytes.h"

namespace belamy {
namespace {

constexpr int64_t kMostBackdropPoints = 5000;

std::vector<float> backdrop(const Dataset* real) {
  if (real == nullptr) return {};
  std::vector<int64_t> indices(static_cast<size_t>(std::min(kMostBackdropPoints, real->size())));
  std::iota(indices.begin(), indices.end(), 0);
  std::vector<float> points(indices.size() * 2);
  real->gather(indices, points.data());
  return points;
}

Image points_picture(const Samples& samples, const Dataset* real) {
  const std::vector<float> behind = backdrop(real);
  const std::vector<float>& framing = behind.empty() ? samples.values : behind;
  float reach = 0.1f;
  for (const float value : framing) {
    if (std::isfinite(value)) reach = std::max(reach, std::abs(value));
  }
  return scatter(behind, samples.values, {.low = -1.3f * reach, .high = 1.3f * reach});
}

Samples samples_of(const Game& game, const at::Tensor& drawn) {
  const at::Tensor dense = drawn.contiguous();
  const float* data = dense.data_ptr<float>();
  return {dense.size(0), game.sample_shape(), std::vector<float>(data, data + dense.numel()), 0};
}

}  // namespace

Samples draw_samples(const Game& game, int64_t count, RandomStream& random) {
  return samples_of(game, game.sample(count, random));
}

Samples draw_sheet(const Game& game, int64_t count, RandomStream& random, const Dataset& data) {
  const SampleSheet sheet = game.sheet(count, random, data);
  Samples samples = samples_of(game, sheet.samples);
  samples.columns = sheet.columns;
  return samples;
}

Samples draw_probe(const Game& game, int64_t count, RandomStream& random, const Dataset& data) {
  return samples_of(game, game.probe(count, random, data));
}

std::vector<uint8_t> image_bytes(const Samples& samples, ByteRange range) {
  if (!samples.are_images()) {
    fail(ErrorKind::kUsage, "these samples are points in the plane, not images");
  }
  const auto count = static_cast<size_t>(samples.count);
  const auto channels = static_cast<size_t>(samples.shape[0]);
  const auto pixels = static_cast<size_t>(samples.shape[1] * samples.shape[2]);
  std::vector<uint8_t> planes(samples.values.size());  // [N, C, H, W]
  kernels::floats_to_bytes(samples.values.data(), planes.data(), planes.size(), range.low,
                           range.high);
  std::vector<uint8_t> bytes(planes.size());  // [N, H, W, C]
  for (size_t n = 0; n < count; ++n) {
    for (size_t c = 0; c < channels; ++c) {
      const uint8_t* plane = planes.data() + (n * channels + c) * pixels;
      uint8_t* out = bytes.data() + n * channels * pixels + c;
      for (size_t p = 0; p < pixels; ++p) out[p * channels] = plane[p];
    }
  }
  return bytes;
}

std::vector<Image> separate_images(const Samples& samples, ByteRange range) {
  const std::vector<uint8_t> bytes = image_bytes(samples, range);
  const size_t size = bytes.size() / static_cast<size_t>(samples.count);
  std::vector<Image> images;
  for (auto from = bytes.begin(); from != bytes.end(); from += static_cast<std::ptrdiff_t>(size)) {
    images.push_back({samples.shape[1],
                      samples.shape[2],
                      samples.shape[0],
                      {from, from + static_cast<std::ptrdiff_t>(size)}});
  }
  return images;
}

Image samples_picture(const Samples& samples, ByteRange range, const Dataset* real) {
  if (!samples.are_images()) return points_picture(samples, real);
  const std::vector<uint8_t> bytes = image_bytes(samples, range);
  return make_grid({.count = samples.count,
                    .height = samples.shape[1],
                    .width = samples.shape[2],
                    .channels = samples.shape[0],
                    .pixels = bytes},
                   {.columns = samples.columns, .gap = 2, .zoom = 0});
}

}  // namespace belamy
