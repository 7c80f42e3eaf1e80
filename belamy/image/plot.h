// Line plots, of a training's log for instance.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "belamy/image/axes.h"
#include "belamy/image/image.h"

namespace belamy {

/// y over x, in the order given. Where either is not finite, or not positive on a log scale, the
/// line is interrupted.
struct PlotLine {
  std::string name;  // in the legend; "": not there
  std::vector<double> x;
  std::vector<double> y;
  /// The share of the points, 0..1, that are averaged around each; the line as it is then stands
  /// faintly behind. 0: no average.
  double smoothing = 0;
  std::optional<size_t> colour;  // of series_colour; else its place among the lines
  bool is_dashed = false;
};

/// The area between `low` and `high`.
struct PlotBand {
  std::string name;
  std::vector<double> x;
  std::vector<double> low;
  std::vector<double> high;
  std::optional<size_t> colour;  // else its place among the bands
};

/// A value to compare with, as a thin dashed line across.
struct PlotLevel {
  std::string name;
  double y = 0;
};

struct LinePlot {
  std::string title;
  AxisOptions x;
  AxisOptions y;
  std::vector<PlotBand> bands;  // beneath the lines
  std::vector<PlotLine> lines;
  std::vector<PlotLevel> levels;
  int64_t height = 540;  // pixels
  int64_t width = 960;
};

/// A plot without a single point says so. Throws kShape when a series' lists differ in length,
/// kUsage for a smoothing outside 0..1, axes out of order, or sides outside 200..16384.
Image draw_plot(const LinePlot& plot);

/// The mean of the finite values among the `share * size` around each; NaN stays NaN.
std::vector<double> smoothed(const std::vector<double>& values, double share);

}  // namespace belamy
