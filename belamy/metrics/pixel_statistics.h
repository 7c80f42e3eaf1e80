// Mean and standard deviation of all pixels, the first thing to go wrong.
#pragma once

#include "belamy/metrics/feature_table.h"
#include "belamy/metrics/score.h"

namespace belamy {

struct PixelStatistics {
  Score mean;                // in -1..1
  Score standard_deviation;  // around the mean of all
};

PixelStatistics pixel_statistics(const FeatureTable& table, uint64_t seed);

}  // namespace belamy
