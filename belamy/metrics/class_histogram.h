// Whether the generator makes the data's classes as often as the data hold them.
//
// KL(generated || data) of class histograms, in nats, as Srivastava et al., "VEEGAN" (NeurIPS
// 2017), section 5.2, have it. 0 when they agree.
#pragma once

#include <vector>

#include "belamy/metrics/feature_table.h"
#include "belamy/metrics/score.h"

namespace belamy {

/// Of counts. Classes that the data lack are given half a sample, so that the answer is finite.
double class_histogram_kl(const std::vector<double>& generated, const std::vector<double>& data);

/// The generated images' classes are the extractor's judgement; the data's are their labels, else
/// its judgement too. Throws kUsage without logits.
Score class_histogram_score(const FeatureTable& real, const FeatureTable& fake, uint64_t seed);

}  // namespace belamy
