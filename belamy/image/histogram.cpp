#include "belamy/image/histogram.h"

#include <algorithm>
#include <cmath>

#include "belamy/core/error.h"
#include "belamy/image/png.h"

namespace belamy {
namespace {

constexpr double kFillOpacity = 0.3;
constexpr double kLineWidth = 2;

void check(const Histogram& histogram) {
  constexpr int64_t kMaxBins = 10'000, kLeastSide = 200;
  if (histogram.bins < 1 || histogram.bins > kMaxBins) {
    fail(ErrorKind::kUsage, "a histogram must have 1..{} bins, got {}", kMaxBins, histogram.bins);
  }
  if (histogram.x.scale != Scale::kLinear) {
    fail(ErrorKind::kUsage, "a histogram's axis is linear; take the values' logarithms instead");
  }
  if (std::min(histogram.height, histogram.width) < kLeastSide ||
      std::max(histogram.height, histogram.width) > kMaxImageSide) {
    fail(ErrorKind::kUsage,
         "a histogram must have sides of {}..{} pixels, got {}x{} (height x width)", kLeastSide,
         kMaxImageSide, histogram.height, histogram.width);
  }
}

// The share of the values in each bin of the axis.
std::vector<double> shares_of(const std::vector<double>& values, const Axis& axis, int64_t bins) {
  std::vector<double> shares(static_cast<size_t>(bins), 0);
  for (const double value : values) {
    const double place = axis.share(value);
    if (!(place >= 0 && place <= 1)) continue;
    const auto bin = std::min(bins - 1, static_cast<int64_t>(place * static_cast<double>(bins)));
    shares[static_cast<size_t>(bin)] += 1.0 / static_cast<double>(values.size());
  }
  return shares;
}

// Up, across and down again, bin by bin, in pixels.
std::vector<Point> outline_of(const std::vector<double>& shares, const PlotFrame& frame,
                              const Axis& y) {
  const Rectangle& area = frame.area();
  const double step = (area.right - area.left) / static_cast<double>(shares.size());
  std::vector<Point> outline = {{area.left, area.bottom}};
  for (size_t i = 0; i < shares.size(); ++i) {
    const double height = area.bottom - y.share(shares[i]) * (area.bottom - area.top);
    outline.push_back({area.left + static_cast<double>(i) * step, height});
    outline.push_back({area.left + static_cast<double>(i + 1) * step, height});
  }
  outline.push_back({area.right, area.bottom});
  return outline;
}

std::vector<LegendEntry> legend_of(const Histogram& histogram) {
  std::vector<LegendEntry> legend;
  for (size_t i = 0; i < histogram.series.size(); ++i) {
    const std::string& name = histogram.series[i].name;
    if (!name.empty()) legend.push_back({name, {{series_colour(i), 0.6}, 1, false}, true});
  }
  return legend;
}

}  // namespace

Image draw_histogram(const Histogram& histogram) {
  check(histogram);
  Extent across(histogram.x);
  for (const HistogramSeries& series : histogram.series) across.include(series.values);
  const Axis x(histogram.x, across, 0);
  AxisOptions up{"share of the values", Scale::kLinear, 0.0, std::nullopt};
  Extent shown(up);
  std::vector<std::vector<double>> shares;
  for (const HistogramSeries& series : histogram.series) {
    shares.push_back(shares_of(series.values, x, histogram.bins));
    for (const double share : shares.back()) {
      if (share > 0) shown.include(share);
    }
  }
  if (!shown.is_empty()) up.high = shown.high() * 1.05;
  const Axis y(up, shown, 0);
  Canvas canvas(histogram.height, histogram.width);
  PlotFrame frame(canvas, histogram.title, legend_of(histogram), x, y);
  if (shown.is_empty()) frame.draw_message("no data yet");
  for (size_t i = 0; i < shares.size() && !shown.is_empty(); ++i) {
    const std::vector<Point> outline = outline_of(shares[i], frame, y);
    canvas.fill(outline, {series_colour(i), kFillOpacity});
    canvas.draw_line(outline, {{series_colour(i), 1}, kLineWidth, false});
  }
  return canvas.image();
}

}  // namespace belamy
