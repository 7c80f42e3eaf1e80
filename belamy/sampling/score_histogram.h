// How the discriminator's logits are distributed, as a picture and as text.
#pragma once

#include <string>
#include <vector>

#include "belamy/image/histogram.h"

namespace belamy {

struct ScoreDistribution {
  std::string title;
  std::vector<HistogramSeries> series;  // the first is what was drawn, the second what was kept
};

/// Bins from the lowest to the highest logit.
Image score_picture(const ScoreDistribution& scores);

/// A line a bin from the highest down: its logit, the same as a probability, and a bar of the drawn
/// ('.') of which the kept are '#'; the longest bar is `width` characters.
std::string score_text(const std::vector<double>& drawn, const std::vector<double>& kept,
                       size_t bins = 12, size_t width = 48);

}  // namespace belamy
