#include "belamy/metrics/frechet_distance.h"

#include <ATen/ATen.h>

#include <algorithm>

#include "belamy/core/error.h"
#include "belamy/metrics/resampling.h"

namespace belamy {
namespace {

// Of a covariance; what rounding made negative is zero.
at::Tensor square_root(const at::Tensor& symmetric) {
  const auto [values, vectors] = at::linalg_eigh(symmetric);
  return at::matmul(vectors * values.clamp_min(0).sqrt(), vectors.t());
}

}  // namespace

Gaussian fit_gaussian(const at::Tensor& features) {
  const int64_t count = features.size(0), dimensions = features.size(1);
  if (count <= dimensions) {
    fail(ErrorKind::kData,
         "a covariance of {} features needs more than {} images, got {}; give more by --count",
         dimensions, dimensions, count);
  }
  const at::Tensor x = features.to(at::kDouble);
  const at::Tensor mean = x.mean(0);
  const at::Tensor centred = x - mean;
  return {mean, at::matmul(centred.t(), centred) / static_cast<double>(count - 1)};
}

double frechet_distance(const Gaussian& a, const Gaussian& b) {
  const at::Tensor root = square_root(a.covariance);
  const at::Tensor product = at::matmul(at::matmul(root, b.covariance), root);
  const at::Tensor eigenvalues = at::linalg_eigvalsh((product + product.t()) / 2);
  const double means = (a.mean - b.mean).square().sum().item<double>();
  const double traces = (a.covariance.trace() + b.covariance.trace()).item<double>();
  const double cross = eigenvalues.clamp_min(0).sqrt().sum().item<double>();
  return std::max(0.0, means + traces - 2 * cross);
}

Score frechet_distance_score(const FeatureTable& real, const FeatureTable& fake, uint64_t seed) {
  const int64_t fewest = fake.count() - (fake.count() + kJackknifeGroups - 1) / kJackknifeGroups;
  if (fewest <= fake.dimensions()) {
    fail(ErrorKind::kData,
         "a covariance of {} features, and its interval, need {} generated images or more, got {}; "
         "give more by --count, in a training by train.metrics_count",
         fake.dimensions(), fake.dimensions() * 10 / 9 + 3, fake.count());
  }
  const Gaussian reference = fit_gaussian(real.features);
  const auto distance = [&](const at::Tensor& features) {
    return frechet_distance(reference, fit_gaussian(features));
  };
  const double value = distance(fake.features);
  const auto without = [&](std::span<const int64_t> kept) {
    return distance(fake.rows(kept).features);
  };
  return {value, grouped_jackknife(fake.count(), value, without, seed)};
}

}  // namespace belamy
