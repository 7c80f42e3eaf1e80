#include "belamy/metrics/precision_recall.h"

#include <ATen/ATen.h>

#include <numeric>

#include "belamy/metrics/nearest_neighbors.h"
#include "belamy/metrics/resampling.h"

namespace belamy {
namespace {

// The share of `judged` that lie within the radius of any of `points`.
Score covered(const at::Tensor& judged, const at::Tensor& points, int64_t k, uint64_t seed) {
  const at::Tensor radii = neighbor_radii(points, k);
  std::vector<double> inside;
  for_distances(judged, points, [&](int64_t, const at::Tensor& distances) {
    const at::Tensor hits = (distances <= radii).any(1).to(at::kDouble).contiguous();
    const auto* data = hits.data_ptr<double>();
    inside.insert(inside.end(), data, data + hits.numel());
  });
  const double sum = std::accumulate(inside.begin(), inside.end(), 0.0);
  return {sum / static_cast<double>(inside.size()), bootstrap_mean(inside, seed)};
}

}  // namespace

Score improved_precision(const FeatureTable& real, const FeatureTable& fake, uint64_t seed,
                         int64_t k) {
  return covered(fake.features, real.features, k, seed);
}

Score improved_recall(const FeatureTable& real, const FeatureTable& fake, uint64_t seed,
                      int64_t k) {
  return covered(real.features, fake.features, k, seed);
}

}  // namespace belamy
