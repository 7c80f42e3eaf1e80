// Histograms of a few sets of values, laid over one another.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "belamy/image/axes.h"
#include "belamy/image/image.h"

namespace belamy {

struct HistogramSeries {
  std::string name;  // in the legend; "": not there
  std::vector<double> values;
};

struct Histogram {
  std::string title;
  AxisOptions x;  // linear
  std::vector<HistogramSeries> series;
  int64_t bins = 40;     // between the ends of the axis
  int64_t height = 540;  // pixels
  int64_t width = 960;
};

/// The share of each set's values in each bin, so that sets of different sizes compare. Values that
/// are not finite, or not between the ends given for the axis, are left out of the bins but
/// count for the whole. Without a value to show, the picture says so. Throws kUsage for bins
/// outside 1..10000, a log scale, axes out of order, or sides outside 200..16384.
Image draw_histogram(const Histogram& histogram);

}  // namespace belamy
