#include "belamy/metrics/pixel_statistics.h"

#include <ATen/ATen.h>

#include <algorithm>
#include <cmath>

#include "belamy/metrics/resampling.h"

namespace belamy {

PixelStatistics pixel_statistics(const FeatureTable& table, uint64_t seed) {
  const at::Tensor means = table.pixel_mean.contiguous(), squares = table.pixel_square.contiguous();
  const auto* mean = means.data_ptr<double>();
  const auto* square = squares.data_ptr<double>();
  const auto mean_of = [&](std::span<const int64_t> indices) {
    double sum = 0;
    for (const int64_t i : indices) sum += mean[i];
    return sum / static_cast<double>(indices.size());
  };
  const auto deviation_of = [&](std::span<const int64_t> indices) {
    double sum = 0;
    for (const int64_t i : indices) sum += square[i];
    const double centre = mean_of(indices);
    const double variance = sum / static_cast<double>(indices.size()) - centre * centre;
    return std::sqrt(std::max(0.0, variance));
  };
  const std::vector<int64_t> all = random_subset(table.count(), table.count(), seed);
  return {{mean_of(all), bootstrap(table.count(), mean_of, seed)},
          {deviation_of(all), bootstrap(table.count(), deviation_of, seed)}};
}

}  // namespace belamy
