// Improved precision and recall: how many generated images look real, and how much of the real
// ones the generator reaches.
//
// Kynkäänniemi et al., "Improved precision and recall metric for assessing generative models"
// (NeurIPS 2019), section 3; k = 3 as there.
#pragma once

#include <cstdint>

#include "belamy/metrics/feature_table.h"
#include "belamy/metrics/score.h"

namespace belamy {

/// The share of generated images within a real one's k nearest neighbours. The interval covers the
/// choice of the judged images, the neighbourhoods fixed. Throws kData unless there are more than k
/// real images.
Score improved_precision(const FeatureTable& real, const FeatureTable& fake, uint64_t seed,
                         int64_t k = 3);

/// The share of real images within a generated one's k nearest neighbours; else the same.
Score improved_recall(const FeatureTable& real, const FeatureTable& fake, uint64_t seed,
                      int64_t k = 3);

}  // namespace belamy
