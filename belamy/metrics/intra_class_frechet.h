// Intra-class Fréchet distance: whether each class is made well, and not only their mixture.
//
// Miyato and Koyama, "cGANs with projection discriminator" (ICLR 2018), section 5: the mean over
// classes of the Fréchet distance within each.
#pragma once

#include "belamy/metrics/feature_table.h"
#include "belamy/metrics/score.h"

namespace belamy {

/// Generated images belong to the class they were made for, else to the one the extractor sees.
/// Throws kUsage without classes; kData, naming the class, when one has too few images of either
/// kind for a covariance.
Score intra_class_frechet(const FeatureTable& real, const FeatureTable& fake, uint64_t seed);

}  // namespace belamy
