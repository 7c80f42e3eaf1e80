// Whether generated images show the class they were made for, as a classifier of real images reads
// them.
//
// Shmelkov, Schmid and Alahari, "How good is my GAN?" (ECCV 2018), section 3: GAN-test.
#pragma once

#include "belamy/metrics/feature_table.h"
#include "belamy/metrics/score.h"

namespace belamy {

/// The share of images that the extractor reads as their label. Throws kUsage for images that were
/// made for no class, or an extractor without classes.
Score class_consistency(const FeatureTable& fake, uint64_t seed);

}  // namespace belamy
