// Distances between sets of features, a block at a time: memory stays bounded.
#pragma once

#include <ATen/core/Tensor.h>

#include <functional>

namespace belamy {

/// Calls visit(first row, distances [rows, M] float64) for blocks of `a` [N, D] against all of `b`
/// [M, D]. Euclidean.
void for_distances(const at::Tensor& a, const at::Tensor& b,
                   const std::function<void(int64_t first, const at::Tensor& distances)>& visit);

/// The distance from each of `points` [N, D] to its k-th nearest other one: [N] float64. Throws
/// kData unless N > k.
at::Tensor neighbor_radii(const at::Tensor& points, int64_t k);

struct Nearest {
  at::Tensor distances;  // [N] float64
  at::Tensor indices;    // [N] int64, in `among`
};
/// For each of `points` the nearest of `among`.
Nearest nearest_neighbors(const at::Tensor& points, const at::Tensor& among);

}  // namespace belamy
