// Paths between latent vectors.
#pragma once

#include <ATen/core/Tensor.h>

namespace belamy {

enum class Path {
  kLinear,
  /// Along the great circle, lengths in between: a normal prior's vectors lie near a sphere, and
  /// straight lines leave it. White, "Sampling generative networks" (2016), section 2.1.
  kSpherical,
};

/// The point at share t (0 at `from`, 1 at `to`); both [N, D]. Where two vectors are parallel or
/// opposite, or one is zero, the spherical path is the straight one.
at::Tensor between(const at::Tensor& from, const at::Tensor& to, double t, Path path);

/// `steps` (at least 2) points from each `from` to each `to`, ends included:
/// [N, D] and [N, D] -> [N * steps, D], a row's points side by side.
at::Tensor interpolate(const at::Tensor& from, const at::Tensor& to, int64_t steps, Path path);

/// A way through all of `stops` [K, D] and back to the first, `steps` points from each to the next,
/// the next one not included: [K * steps, D].
at::Tensor walk(const at::Tensor& stops, int64_t steps, Path path);

}  // namespace belamy
