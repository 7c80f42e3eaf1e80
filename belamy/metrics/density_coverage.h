// Density and coverage: precision and recall that outliers do not inflate.
//
// Naeem et al., "Reliable fidelity and diversity metrics for generative models" (ICML 2020),
// section 3; k = 5 as there.
#pragma once

#include <cstdint>

#include "belamy/metrics/feature_table.h"
#include "belamy/metrics/score.h"

namespace belamy {

struct DensityCoverage {
  Score density;   // real neighbourhoods a generated image lies in, over k; may exceed 1
  Score coverage;  // share of real images whose neighbourhood holds a generated one
};

/// Intervals as of improved_precision(). Throws kData unless there are more than k real images.
DensityCoverage density_coverage(const FeatureTable& real, const FeatureTable& fake, uint64_t seed,
                                 int64_t k = 5);

}  // namespace belamy
