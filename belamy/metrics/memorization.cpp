#include "belamy/metrics/memorization.h"

#include <ATen/ATen.h>

#include <algorithm>
#include <numeric>
#include <vector>

#include "belamy/core/error.h"
#include "belamy/metrics/resampling.h"

namespace belamy {
namespace {

std::vector<double> numbers(const at::Tensor& values) {
  const at::Tensor dense = values.contiguous();
  const auto* data = dense.data_ptr<double>();
  return {data, data + dense.numel()};
}

}  // namespace

Memorization memorization(const FeatureTable& train, const FeatureTable& held_out,
                          const FeatureTable& fake, uint64_t seed) {
  if (train.dimensions() != held_out.dimensions() || train.dimensions() != fake.dimensions()) {
    fail(ErrorKind::kData, "features must be of one extractor, got {}, {} and {} of them",
         train.dimensions(), held_out.dimensions(), fake.dimensions());
  }
  Memorization result;
  result.of_fake = nearest_neighbors(fake.features, train.features);
  std::vector<double> expected =
      numbers(nearest_neighbors(held_out.features, train.features).distances);
  std::ranges::sort(expected);
  std::vector<double> nearer;  // for each generated image, the share of held-out ones farther off
  for (const double distance : numbers(result.of_fake.distances)) {
    const auto [low, high] = std::equal_range(expected.begin(), expected.end(), distance);
    const auto above = static_cast<double>(expected.end() - high);
    const auto ties = static_cast<double>(high - low);
    nearer.push_back((above + ties / 2) / static_cast<double>(expected.size()));
  }
  const double sum = std::accumulate(nearer.begin(), nearer.end(), 0.0);
  result.score = {sum / static_cast<double>(nearer.size()), bootstrap_mean(nearer, seed)};
  return result;
}

}  // namespace belamy
