#include "belamy/image/axes.h"

#include <algorithm>
#include <array>
#include <cmath>

#include "belamy/core/error.h"

namespace belamy {
namespace {

constexpr Ink kDark{{34, 34, 34}, 1};
constexpr Ink kSoft{{85, 85, 85}, 1};
constexpr Pen kGridPen{{{228, 228, 228}, 1}, 1, false};
constexpr Pen kAxisPen{{{130, 130, 130}, 1}, 1, false};

constexpr double kMargin = 16;
constexpr double kGap = 8;          // between a text and what it belongs to
constexpr double kRow = 22;         // the height of a line of text with its leading
constexpr double kSwatch = 24;      // the sample of a line in the legend
constexpr double kTickEvery = 100;  // pixels from one tick to the next, across
constexpr double kTickEveryUp = 60;

const TextStyle kTitleText{18, true, kDark, 0, 0, false};
const TextStyle kLegendText{14, false, kDark, 0, 0.5, false};
const TextStyle kLabelText{14, false, kSoft, 0.5, 0, false};
const TextStyle kTickText{13, false, kSoft, 0.5, 0, false};

void check_ends(const AxisOptions& options) {
  const bool is_log = options.scale == Scale::kLog;
  for (const std::optional<double>& end : {options.low, options.high}) {
    if (end && (!std::isfinite(*end) || (is_log && *end < 1e-200))) {
      fail(ErrorKind::kUsage, "the axis '{}' must end at {} numbers, got {}", options.label,
           is_log ? "positive" : "finite", *end);
    }
  }
  if (options.low && options.high && !(*options.low < *options.high)) {
    fail(ErrorKind::kUsage, "the axis '{}' must have low < high, got {}..{}", options.label,
         *options.low, *options.high);
  }
}

}  // namespace

double sharp(double place) {
  return std::floor(place) + 0.5;
}

void Extent::include(double value) {
  constexpr double kLargest = 1e300, kSmallest = 1e-200;  // beyond, an axis' arithmetic overflows
  if (!(std::abs(value) <= kLargest) || (scale_ == Scale::kLog && value < kSmallest)) return;
  low_ = std::min(low_, value);
  high_ = std::max(high_, value);
}

void Extent::include(std::span<const double> values) {
  for (const double value : values) include(value);
}

Axis::Axis(const AxisOptions& options, const Extent& extent, double margin)
    : label_(options.label),
      scale_(options.scale),
      is_empty_(extent.is_empty() && !(options.low && options.high)) {
  check_ends(options);
  const bool is_log = scale_ == Scale::kLog;
  double low = is_log ? 0.1 : 0, high = 1;
  if (!extent.is_empty()) low = extent.low(), high = extent.high();
  if (is_log) low = std::log10(low), high = std::log10(high);
  // A constant gets room above and below, and so does what rounding would not tell apart.
  const double least = std::max(1e-9 * std::max(std::abs(low), std::abs(high)), 1e-300);
  if (high - low < least) {
    const double room = is_log ? 0.5 : std::abs(low) < 1e-290 ? 1 : std::abs(low) * 0.1;
    low -= room, high += room;
  } else {
    const double room = (high - low) * margin;
    low -= room, high += room;
  }
  const auto end = [&](double given) { return is_log ? std::log10(given) : given; };
  if (options.low) low = end(*options.low);
  if (options.high) high = end(*options.high);
  if (!(low < high)) (options.low ? high : low) = options.low ? low + 1 : high - 1;
  low_ = low, high_ = high;
}

double Axis::transformed(double value) const {
  if (scale_ == Scale::kLinear) return value;
  return value > 0 ? std::log10(value) : std::numeric_limits<double>::quiet_NaN();
}

double Axis::share(double value) const {
  const double place = (transformed(value) - low_) / (high_ - low_);
  return std::isfinite(place) ? place : std::numeric_limits<double>::quiet_NaN();
}

std::vector<Tick> Axis::ticks(int wanted) const {
  if (is_empty_) return {};
  if (scale_ == Scale::kLinear) return linear_ticks(low_, high_, wanted);
  return log_ticks(std::pow(10.0, low_), std::pow(10.0, high_), wanted);
}

PlotFrame::PlotFrame(Canvas& canvas, const std::string& title, std::span<const LegendEntry> legend,
                     const Axis& x, const Axis& y)
    : canvas_(canvas), x_(x), y_(y) {
  area_ = {kMargin, kMargin, static_cast<double>(canvas.width()) - kMargin - kGap,
           static_cast<double>(canvas.height()) - kMargin - 2 * kRow};
  if (!title.empty()) {
    canvas_.draw_text(title, {kMargin, kMargin - 4}, kTitleText);
    area_.top += kRow + kGap;
  }
  draw_legend(legend);
  draw_y_axis();
  draw_x_axis();
}

Point PlotFrame::at(double x, double y) const {
  return {area_.left + x_.share(x) * (area_.right - area_.left),
          area_.bottom - y_.share(y) * (area_.bottom - area_.top)};
}

// Row by row below the title, so that it never hides data.
void PlotFrame::draw_legend(std::span<const LegendEntry> legend) {
  if (legend.empty()) {
    area_.top += kGap;
    return;
  }
  double x = kMargin;
  double y = area_.top + kRow / 2;
  for (const LegendEntry& entry : legend) {
    const double width = kSwatch + kGap + canvas_.text_width(entry.name, kLegendText);
    if (x > kMargin && x + width > area_.right) x = kMargin, y += kRow;
    if (entry.is_area) {
      const std::array<Point, 4> box = {
          {{x, y - 6}, {x + kSwatch, y - 6}, {x + kSwatch, y + 6}, {x, y + 6}}};
      canvas_.fill(box, entry.pen.ink);
    } else {
      const double line = entry.pen.width == 1 ? sharp(y) : y;
      canvas_.draw_line(std::array<Point, 2>{{{x, line}, {x + kSwatch, line}}}, entry.pen);
    }
    canvas_.draw_text(entry.name, {x + kSwatch + kGap, y}, kLegendText);
    x += width + 3 * kGap;
  }
  area_.top = y + kRow / 2 + 2 * kGap;
}

void PlotFrame::draw_y_axis() {
  const double height = area_.bottom - area_.top;
  const auto ticks = y_.ticks(std::max(2, static_cast<int>(height / kTickEveryUp)));
  TextStyle style = kTickText;
  double widest = 0;
  for (const Tick& tick : ticks) widest = std::max(widest, canvas_.text_width(tick.label, style));
  if (!y_.label().empty()) {
    TextStyle label = kLabelText;
    label.is_upwards = true;
    canvas_.draw_text(y_.label(), {kMargin, (area_.top + area_.bottom) / 2}, label);
    area_.left += kRow;
  }
  area_.left += widest + kGap;
  style.align_x = 1;
  style.align_y = 0.5;
  for (const Tick& tick : ticks) {
    const double y = area_.bottom - y_.share(tick.place) * height;
    canvas_.draw_line(std::array<Point, 2>{{{area_.left, sharp(y)}, {area_.right, sharp(y)}}},
                      kGridPen);
    canvas_.draw_text(tick.label, {area_.left - kGap, y}, style);
  }
}

void PlotFrame::draw_x_axis() {
  const double width = area_.right - area_.left;
  for (const Tick& tick : x_.ticks(std::max(2, static_cast<int>(width / kTickEvery)))) {
    const double x = sharp(area_.left + x_.share(tick.place) * width);
    canvas_.draw_line(std::array<Point, 2>{{{x, area_.top}, {x, area_.bottom}}}, kGridPen);
    canvas_.draw_line(std::array<Point, 2>{{{x, area_.bottom}, {x, area_.bottom + 5}}}, kAxisPen);
    canvas_.draw_text(tick.label, {x, area_.bottom + kGap}, kTickText);
  }
  const double bottom = sharp(area_.bottom);
  canvas_.draw_line(std::array<Point, 2>{{{area_.left, bottom}, {area_.right, bottom}}}, kAxisPen);
  canvas_.draw_text(x_.label(), {(area_.left + area_.right) / 2, area_.bottom + kGap + kRow},
                    kLabelText);
}

void PlotFrame::draw_message(const std::string& text) {
  TextStyle style = kTitleText;
  style.ink = kSoft;
  style.is_bold = false;
  style.align_x = style.align_y = 0.5;
  canvas_.draw_text(text, {(area_.left + area_.right) / 2, (area_.top + area_.bottom) / 2}, style);
}

Colour series_colour(size_t index) {
  constexpr std::array<Colour, 7> kColours = {{{0, 114, 178},    // blue
                                               {213, 94, 0},     // vermilion
                                               {0, 158, 115},    // bluish green
                                               {204, 121, 167},  // reddish purple
                                               {230, 159, 0},    // orange
                                               {86, 180, 233},   // sky blue
                                               {0, 0, 0}}};
  return kColours[index % kColours.size()];
}

}  // namespace belamy
