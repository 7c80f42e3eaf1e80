// Fréchet distance of Gaussians fitted to features: FID, when the features are Inception's.
//
// Heusel et al., "GANs trained by a two time-scale update rule converge to a local Nash
// equilibrium" (NeurIPS 2017), section 4: |m1 - m2|² + tr(C1 + C2 - 2 (C1 C2)^(1/2)).
#pragma once

#include <ATen/core/Tensor.h>

#include "belamy/metrics/feature_table.h"
#include "belamy/metrics/score.h"

namespace belamy {

struct Gaussian {
  at::Tensor mean;        // [D] float64
  at::Tensor covariance;  // [D, D] float64, divided by N - 1
};

/// features: [N, D]. Throws kData unless N > D, for fewer samples have no covariance of full rank.
Gaussian fit_gaussian(const at::Tensor& features);

/// The root by eigenvalues of the symmetric C1^(1/2) C2 C1^(1/2), which has those of C1 C2, in
/// float64. At least 0.
double frechet_distance(const Gaussian& a, const Gaussian& b);

/// With its interval. Throws as fit_gaussian.
Score frechet_distance_score(const FeatureTable& real, const FeatureTable& fake, uint64_t seed);

}  // namespace belamy
