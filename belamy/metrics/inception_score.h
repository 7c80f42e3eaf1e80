// Inception score, by whichever classifier the extractor is.
//
// Salimans et al., "Improved techniques for training GANs" (NeurIPS 2016), section 4:
// exp(E KL(p(y|x) || p(y))), over all samples at once. From 1 to the number of classes.
#pragma once

#include <ATen/core/Tensor.h>

#include "belamy/metrics/feature_table.h"
#include "belamy/metrics/score.h"

namespace belamy {

/// logits: [N, classes].
double inception_score(const at::Tensor& logits);

/// Throws kUsage without logits.
Score inception_score_of(const FeatureTable& fake, uint64_t seed);

}  // namespace belamy
