// What the metrics within classes share.
#pragma once

#include <functional>
#include <vector>

#include "belamy/metrics/feature_table.h"
#include "belamy/metrics/resampling.h"

namespace belamy {

/// The score of one class: its number, and the rows of its real and of its generated images.
using ClassScore = std::function<Score(int64_t label, const std::vector<int64_t>& reals,
                                       const std::vector<int64_t>& fakes)>;

/// The mean of the scores of the real images' classes, which are taken as independent: the reaches
/// of their intervals add as squares. Throws as known_classes, and what `score` throws.
Score mean_over_classes(const FeatureTable& real, const FeatureTable& fake,
                        const ClassScore& score);

}  // namespace belamy
