// What surrounds the data of a plot: title, legend, labelled axes, grid lines; and the scale.
#pragma once

#include <limits>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "belamy/image/canvas.h"
#include "belamy/image/ticks.h"

namespace belamy {

enum class Scale { kLinear, kLog };

struct AxisOptions {
  std::string label;
  Scale scale = Scale::kLinear;
  std::optional<double> low;  // where not given: from the data
  std::optional<double> high;
};

struct LegendEntry {
  std::string name;
  Pen pen;
  bool is_area = false;
};

/// The values that an axis has to show. What is beyond 1e300, or below 1e-200 on a log scale, does
/// not count.
class Extent {
 public:
  explicit Extent(const AxisOptions& axis) : scale_(axis.scale) {}

  void include(double value);
  void include(std::span<const double> values);
  bool is_empty() const { return low_ > high_; }
  double low() const { return low_; }
  double high() const { return high_; }

 private:
  Scale scale_;
  double low_ = std::numeric_limits<double>::infinity();
  double high_ = -std::numeric_limits<double>::infinity();
};

/// An axis with its two ends.
class Axis {
 public:
  /// `margin` is left free on either side of the data, as a share of its extent. Throws kUsage when
  /// the options' ends are not in order, or not positive on a log scale.
  Axis(const AxisOptions& options, const Extent& extent, double margin);

  /// 0 at the low end, 1 at the high one; NaN for what is not on the scale.
  double share(double value) const;
  const std::string& label() const { return label_; }
  /// None when there are neither data nor ends given.
  std::vector<Tick> ticks(int wanted) const;

 private:
  double transformed(double value) const;

  std::string label_;
  Scale scale_;
  bool is_empty_;
  double low_ = 0;
  double high_ = 1;
};

/// Draws everything but the data, and says where the data go.
class PlotFrame {
 public:
  PlotFrame(Canvas& canvas, const std::string& title, std::span<const LegendEntry> legend,
            const Axis& x, const Axis& y);

  const Rectangle& area() const { return area_; }
  Point at(double x, double y) const;
  /// In the middle: why there is nothing to see.
  void draw_message(const std::string& text);

 private:
  void draw_legend(std::span<const LegendEntry> legend);
  void draw_y_axis();
  void draw_x_axis();

  Canvas& canvas_;
  const Axis& x_;
  const Axis& y_;
  Rectangle area_;
};

/// Lines one pixel wide are sharp when they run through the pixels' centres.
double sharp(double place);

/// Colours that stay distinct for the colour-blind (Okabe and Ito 2008), again and again.
Colour series_colour(size_t index);

}  // namespace belamy
