#include "belamy/metrics/nearest_neighbors.h"

#include <ATen/ATen.h>

#include <algorithm>
#include <vector>

#include "belamy/core/error.h"

namespace belamy {
namespace {

constexpr int64_t kBlockBytes = int64_t{128} << 20;

}  // namespace

void for_distances(const at::Tensor& a, const at::Tensor& b,
                   const std::function<void(int64_t, const at::Tensor&)>& visit) {
  // |a - b|² = |a|² + |b|² - 2 a·b loses digits where points lie far from the origin, hence
  // float64 and a common origin within them.
  const at::Tensor origin = b.to(at::kDouble).mean(0);
  const at::Tensor from = a.to(at::kDouble) - origin, to = b.to(at::kDouble) - origin;
  const at::Tensor from_squares = from.square().sum(1, /*keepdim=*/true);  // [N, 1]
  const at::Tensor to_squares = to.square().sum(1);                        // [M]
  const int64_t rows = std::clamp<int64_t>(
      kBlockBytes / (static_cast<int64_t>(sizeof(double)) * b.size(0)), 1, 4096);
  for (int64_t first = 0; first < a.size(0); first += rows) {
    const int64_t n = std::min(rows, a.size(0) - first);
    at::Tensor squares = at::matmul(from.narrow(0, first, n), to.t());
    squares.mul_(-2).add_(from_squares.narrow(0, first, n)).add_(to_squares);
    visit(first, squares.clamp_min_(0).sqrt_());
  }
}

at::Tensor neighbor_radii(const at::Tensor& points, int64_t k) {
  if (points.size(0) <= k) {
    fail(ErrorKind::kData, "{} nearest neighbours need more than {} images, got {}", k, k,
         points.size(0));
  }
  std::vector<at::Tensor> radii;
  for_distances(points, points, [&](int64_t first, const at::Tensor& distances) {
    distances.diagonal(first).fill_(0);  // itself, which rounding may have moved
    radii.push_back(std::get<0>(distances.kthvalue(k + 1, 1)));
  });
  return at::cat(radii);
}

Nearest nearest_neighbors(const at::Tensor& points, const at::Tensor& among) {
  std::vector<at::Tensor> distances, indices;
  for_distances(points, among, [&](int64_t, const at::Tensor& block) {
    auto [distance, index] = block.min(1);
    distances.push_back(distance);
    indices.push_back(index);
  });
  return {at::cat(distances), at::cat(indices)};
}

}  // namespace belamy
