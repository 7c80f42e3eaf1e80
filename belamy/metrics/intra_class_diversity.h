// Whether the images of one class differ as much as real ones of it do: a generator that is told
// the class may make one picture of each.
#pragma once

#include "belamy/metrics/feature_table.h"
#include "belamy/metrics/score.h"

namespace belamy {

/// The mean distance between features of two generated images of a class over that of two real
/// ones, averaged over the classes: 1 is as diverse as real, 0 one image a class. Generated images
/// belong to the class they were made for, else to the one the extractor sees. Looks at 500 images
/// of a class at most. Throws kUsage without classes; kData, naming the class, when one has fewer
/// than two images of either kind, or equal real ones.
Score intra_class_diversity(const FeatureTable& real, const FeatureTable& fake, uint64_t seed);

}  // namespace belamy
