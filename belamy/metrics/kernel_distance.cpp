#include "belamy/metrics/kernel_distance.h"

#include <ATen/ATen.h>

#include <algorithm>
#include <numeric>

#include "belamy/core/error.h"
#include "belamy/metrics/resampling.h"

namespace belamy {
namespace {

constexpr int64_t kLargestBlock = 1000;
constexpr int64_t kFewestBlocks = 5;

at::Tensor kernel(const at::Tensor& x, const at::Tensor& y) {
  return (at::matmul(x, y.t()) / static_cast<double>(x.size(1)) + 1).pow(3);
}

double off_diagonal_mean(const at::Tensor& square) {
  const auto n = static_cast<double>(square.size(0));
  return (square.sum() - square.trace()).item<double>() / (n * (n - 1));
}

}  // namespace

double kernel_distance(const at::Tensor& a, const at::Tensor& b) {
  const at::Tensor x = a.to(at::kDouble), y = b.to(at::kDouble);
  return off_diagonal_mean(kernel(x, x)) + off_diagonal_mean(kernel(y, y)) -
         2 * kernel(x, y).mean().item<double>();
}

KernelDistanceScore kernel_distance_score(const FeatureTable& real, const FeatureTable& fake,
                                          uint64_t seed) {
  const int64_t usable = std::min(real.count(), fake.count());
  if (usable < 4) {
    fail(ErrorKind::kData, "a kernel distance needs at least 4 images of each kind, got {}",
         usable);
  }
  const int64_t fewest = std::min(kFewestBlocks, usable / 2);
  const int64_t blocks = std::max(fewest, usable / kLargestBlock);
  const int64_t size = usable / blocks;
  const std::vector<int64_t> of_real = random_order(real.count(), seed, "kernel.real");
  const std::vector<int64_t> of_fake = random_order(fake.count(), seed, "kernel.fake");
  std::vector<double> estimates;
  for (int64_t block = 0; block < blocks; ++block) {
    const auto part = [&](const std::vector<int64_t>& order) {
      return std::span(order).subspan(static_cast<size_t>(block * size), static_cast<size_t>(size));
    };
    estimates.push_back(
        kernel_distance(real.rows(part(of_real)).features, fake.rows(part(of_fake)).features));
  }
  const double value =
      std::accumulate(estimates.begin(), estimates.end(), 0.0) / static_cast<double>(blocks);
  return {{value, t_interval(value, estimates)}, standard_error(estimates), blocks, blocks * size};
}

}  // namespace belamy
