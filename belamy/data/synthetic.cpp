#include "belamy/data/synthetic.h"

#include <cmath>
#include <numbers>

#include "belamy/core/error.h"
#include "belamy/core/rng.h"

namespace belamy {
namespace {

constexpr int64_t kMaxPoints = 100'000'000;

GaussianMixture make_ring() {
  constexpr int kModes = 8;
  GaussianMixture ring{"ring", "ring of 8 Gaussians", {}, 0.01f, 1.5f};
  for (int i = 0; i < kModes; ++i) {
    const double angle = 2.0 * std::numbers::pi * i / kModes;
    ring.centres.push_back(
        {static_cast<float>(std::cos(angle)), static_cast<float>(std::sin(angle))});
  }
  return ring;
}

GaussianMixture make_grid_mixture() {
  GaussianMixture grid{"grid", "grid of 25 Gaussians", {}, 0.05f, 5.0f};
  for (int i = 0; i < 5; ++i) {
    for (int j = 0; j < 5; ++j) {
      grid.centres.push_back({static_cast<float>(2 * i - 4), static_cast<float>(2 * j - 4)});
    }
  }
  return grid;
}

}  // namespace

const GaussianMixture& gaussian_mixture(std::string_view name) {
  static const GaussianMixture ring = make_ring();
  static const GaussianMixture grid = make_grid_mixture();
  if (name == ring.name) return ring;
  if (name == grid.name) return grid;
  fail(ErrorKind::kUsage, "a mixture of Gaussians is named 'ring' or 'grid', got '{}'", name);
}

std::unique_ptr<PointSet> sample_mixture(const GaussianMixture& mixture, int64_t count,
                                         uint64_t seed) {
  if (count < 1 || count > kMaxPoints) {
    fail(ErrorKind::kUsage, "the {} can have 1..{} points, got {}", mixture.title, kMaxPoints,
         count);
  }
  RandomStream random(seed, "data." + mixture.name);
  const auto modes = static_cast<int64_t>(mixture.centres.size());
  std::vector<float> points;  // [N, 2]
  Labels labels{{}, modes};
  points.reserve(static_cast<size_t>(2 * count));
  labels.values.reserve(static_cast<size_t>(count));
  for (int64_t i = 0; i < count; ++i) {
    const uint64_t mode = random.below(static_cast<uint64_t>(modes));
    for (const float centre : mixture.centres[mode]) {
      points.push_back(centre + mixture.deviation * static_cast<float>(random.normal()));
    }
    labels.values.push_back(static_cast<int64_t>(mode));
  }
  return std::make_unique<PointSet>(
      std::move(points), std::move(labels),
      fmt::format("{}, {} points (seed {})", mixture.title, count, seed));
}

}  // namespace belamy
