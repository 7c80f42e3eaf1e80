#include "belamy/sampling/score_histogram.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

namespace belamy {
namespace {

// Counts in equal bins between the ends; the upper end belongs to the last bin.
std::vector<size_t> count_in_bins(const std::vector<double>& values, double low, double high,
                                  size_t bins) {
  std::vector<size_t> counts(bins, 0);
  for (const double value : values) {
    const double share = (value - low) / std::max(high - low, 1e-12);
    const auto bin = static_cast<size_t>(std::clamp(share, 0.0, 1.0) * static_cast<double>(bins));
    ++counts[std::min(bin, bins - 1)];
  }
  return counts;
}

}  // namespace

Image score_picture(const ScoreDistribution& scores) {
  Histogram histogram;
  histogram.title = scores.title;
  histogram.x.label = "discriminator's logit (above 0: real)";
  histogram.series = scores.series;
  return draw_histogram(histogram);
}

std::string score_text(const std::vector<double>& drawn, const std::vector<double>& kept,
                       size_t bins, size_t width) {
  if (drawn.empty()) return "";
  const auto [low, high] = std::minmax_element(drawn.begin(), drawn.end());
  const auto all = count_in_bins(drawn, *low, *high, bins);
  const auto chosen = count_in_bins(kept, *low, *high, bins);
  const double longest = static_cast<double>(*std::max_element(all.begin(), all.end()));
  const auto length = [&](size_t count) {
    return static_cast<size_t>(
        std::ceil(static_cast<double>(count) * static_cast<double>(width) / longest));
  };
  std::string text = fmt::format("{:>8} {:>7}  {:>7} {:>7}\n", "logit", "D", "drawn", "kept");
  for (size_t i = bins; i-- > 0;) {
    const double middle =
        *low + (*high - *low) * (static_cast<double>(i) + 0.5) / static_cast<double>(bins);
    const size_t bar = length(all[i]), filled = std::min(bar, length(chosen[i]));
    text +=
        fmt::format("{:8.2f} {:7.4f}  {:7} {:7}  {:#<{}}{:.<{}}\n", middle,
                    1 / (1 + std::exp(-middle)), all[i], chosen[i], "", filled, "", bar - filled);
  }
  return text;
}

}  // namespace belamy
