// Whether generated images are copies of training images.
//
// Meehan et al., "A non-parametric test to detect data-copying in generative models" (AISTATS
// 2020), section 3, without their cells: a generator that has learned the distribution lies as near
// to the training images as held-out real images do, one that copies lies nearer.
#pragma once

#include "belamy/metrics/feature_table.h"
#include "belamy/metrics/nearest_neighbors.h"
#include "belamy/metrics/score.h"

namespace belamy {

struct Memorization {
  /// P(distance of a generated image to its nearest training image < that of a held-out one), ties
  /// counting half: 0.5 is as it should be, 1 is copying, below 0.5 the images lie off the data.
  Score score;
  Nearest of_fake;  // among the training images
};

/// Throws kData when their features differ in number.
Memorization memorization(const FeatureTable& train, const FeatureTable& held_out,
                          const FeatureTable& fake, uint64_t seed);

}  // namespace belamy
