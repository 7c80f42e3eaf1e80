#include "belamy/metrics/density_coverage.h"

#include <ATen/ATen.h>

#include <numeric>

#include "belamy/metrics/nearest_neighbors.h"
#include "belamy/metrics/resampling.h"

namespace belamy {
namespace {

Score mean_score(const std::vector<double>& values, uint64_t seed) {
  const double sum = std::accumulate(values.begin(), values.end(), 0.0);
  return {sum / static_cast<double>(values.size()), bootstrap_mean(values, seed)};
}

std::vector<double> as_numbers(const at::Tensor& values) {
  const at::Tensor numbers = values.to(at::kDouble).contiguous();
  const auto* data = numbers.data_ptr<double>();
  return {data, data + numbers.numel()};
}

}  // namespace

DensityCoverage density_coverage(const FeatureTable& real, const FeatureTable& fake, uint64_t seed,
                                 int64_t k) {
  const at::Tensor radii = neighbor_radii(real.features, k);
  at::Tensor covered = at::zeros({real.count()}, at::kBool);
  std::vector<double> densities;
  for_distances(fake.features, real.features, [&](int64_t, const at::Tensor& distances) {
    const at::Tensor inside = distances < radii;  // [fakes, reals]
    const at::Tensor counts = inside.sum(1).to(at::kDouble) / static_cast<double>(k);
    const std::vector<double> block = as_numbers(counts);
    densities.insert(densities.end(), block.begin(), block.end());
    covered.logical_or_(inside.any(0));
  });
  return {mean_score(densities, seed), mean_score(as_numbers(covered), seed)};
}

}  // namespace belamy
