#include "belamy/image/plot.h"

#include <algorithm>
#include <cmath>

#include "belamy/core/error.h"
#include "belamy/image/png.h"

namespace belamy {
namespace {

constexpr Pen kLevelPen{{{110, 110, 110}, 1}, 1, true};
constexpr double kLineWidth = 2;
constexpr double kRawOpacity = 0.28;
constexpr double kBandOpacity = 0.22;

void check(const LinePlot& plot) {
  constexpr int64_t kLeastSide = 200;
  if (std::min(plot.height, plot.width) < kLeastSide ||
      std::max(plot.height, plot.width) > kMaxImageSide) {
    fail(ErrorKind::kUsage, "a plot must have sides of {}..{} pixels, got {}x{} (height x width)",
         kLeastSide, kMaxImageSide, plot.height, plot.width);
  }
  for (const PlotLine& line : plot.lines) {
    if (line.x.size() != line.y.size()) {
      fail(ErrorKind::kShape, "the line '{}' needs as many x as y, got {} and {}", line.name,
           line.x.size(), line.y.size());
    }
    if (!(line.smoothing >= 0 && line.smoothing <= 1)) {
      fail(ErrorKind::kUsage, "the smoothing of '{}' must be 0..1, got {}", line.name,
           line.smoothing);
    }
  }
  for (const PlotBand& band : plot.bands) {
    if (band.x.size() != band.low.size() || band.x.size() != band.high.size()) {
      fail(ErrorKind::kShape, "the band '{}' needs as many x as lows and highs, got {}, {} and {}",
           band.name, band.x.size(), band.low.size(), band.high.size());
    }
  }
}

struct Extents {
  Extent x;
  Extent y;
};

Extents extents_of(const LinePlot& plot) {
  Extents extents{Extent(plot.x), Extent(plot.y)};
  for (const PlotLine& line : plot.lines) {
    extents.x.include(line.x);
    extents.y.include(line.y);
  }
  for (const PlotBand& band : plot.bands) {
    extents.x.include(band.x);
    extents.y.include(band.low);
    extents.y.include(band.high);
  }
  // Levels are shown with data; alone they are none.
  if (!extents.y.is_empty()) {
    for (const PlotLevel& level : plot.levels) extents.y.include(level.y);
  }
  return extents;
}

Pen pen_of(const PlotLine& line, size_t index) {
  return {{series_colour(line.colour.value_or(index)), 1}, kLineWidth, line.is_dashed};
}

Ink ink_of(const PlotBand& band, size_t index) {
  return {series_colour(band.colour.value_or(index)), kBandOpacity};
}

std::vector<LegendEntry> legend_of(const LinePlot& plot) {
  std::vector<LegendEntry> legend;
  for (size_t i = 0; i < plot.lines.size(); ++i) {
    legend.push_back({plot.lines[i].name, pen_of(plot.lines[i], i), false});
  }
  for (size_t i = 0; i < plot.bands.size(); ++i) {
    legend.push_back({plot.bands[i].name, {ink_of(plot.bands[i], i), 1, false}, true});
  }
  for (const PlotLevel& level : plot.levels) legend.push_back({level.name, kLevelPen, false});
  std::erase_if(legend, [](const LegendEntry& entry) { return entry.name.empty(); });
  return legend;
}

// Of the points in one column of pixels, the first, the lowest, the highest and the last look the
// same as all of them.
std::vector<Point> thin_columns(const std::vector<Point>& points) {
  std::vector<Point> thin;
  for (size_t first = 0; first < points.size();) {
    size_t last = first, low = first, high = first;
    while (last + 1 < points.size() &&
           std::floor(points[last + 1].x) == std::floor(points[first].x)) {
      ++last;
      if (points[last].y < points[low].y) low = last;
      if (points[last].y > points[high].y) high = last;
    }
    std::vector<size_t> kept = {first, std::min(low, high), std::max(low, high), last};
    kept.erase(std::unique(kept.begin(), kept.end()), kept.end());
    for (const size_t index : kept) thin.push_back(points[index]);
    first = last + 1;
  }
  return thin;
}

void draw_line(Canvas& canvas, const PlotFrame& frame, const std::vector<double>& x,
               const std::vector<double>& y, const Pen& pen) {
  std::vector<Point> run;
  for (size_t i = 0; i <= x.size(); ++i) {
    const Point point = i < x.size() ? frame.at(x[i], y[i]) : Point{NAN, NAN};
    if (std::isfinite(point.x) && std::isfinite(point.y)) {
      run.push_back(point);
    } else if (!run.empty()) {
      canvas.draw_line(thin_columns(run), pen);
      run.clear();
    }
  }
}

void draw_band(Canvas& canvas, const PlotFrame& frame, const PlotBand& band, const Ink& ink) {
  std::vector<Point> lows, highs;
  for (size_t i = 0; i <= band.x.size(); ++i) {
    const bool is_end = i == band.x.size();
    const Point low = is_end ? Point{NAN, NAN} : frame.at(band.x[i], band.low[i]);
    const Point high = is_end ? Point{NAN, NAN} : frame.at(band.x[i], band.high[i]);
    if (std::isfinite(low.x) && std::isfinite(low.y) && std::isfinite(high.y)) {
      lows.push_back(low);
      highs.push_back(high);
    } else if (!lows.empty()) {
      lows.insert(lows.end(), highs.rbegin(), highs.rend());
      canvas.fill(lows, ink);
      lows.clear();
      highs.clear();
    }
  }
}

void draw_series(Canvas& canvas, const PlotFrame& frame, const LinePlot& plot) {
  for (size_t i = 0; i < plot.bands.size(); ++i) {
    draw_band(canvas, frame, plot.bands[i], ink_of(plot.bands[i], i));
  }
  for (const PlotLevel& level : plot.levels) {
    const double y = sharp(frame.at(0, level.y).y);
    const std::vector<Point> across = {{frame.area().left, y}, {frame.area().right, y}};
    if (std::isfinite(y)) canvas.draw_line(across, kLevelPen);
  }
  for (size_t i = 0; i < plot.lines.size(); ++i) {
    const PlotLine& line = plot.lines[i];
    if (line.smoothing <= 0) continue;
    Pen raw = pen_of(line, i);
    raw.ink.opacity = kRawOpacity;
    raw.width = 1;
    draw_line(canvas, frame, line.x, line.y, raw);
  }
  for (size_t i = 0; i < plot.lines.size(); ++i) {
    const PlotLine& line = plot.lines[i];
    const auto& values = line.smoothing > 0 ? smoothed(line.y, line.smoothing) : line.y;
    draw_line(canvas, frame, line.x, values, pen_of(line, i));
  }
}

}  // namespace

std::vector<double> smoothed(const std::vector<double>& values, double share) {
  const auto size = static_cast<int64_t>(values.size());
  const auto reach = static_cast<int64_t>(std::llround(share * static_cast<double>(size) / 2));
  std::vector<double> out(values.size(), NAN);
  double sum = 0;
  int64_t count = 0, begin = 0, end = 0;
  const auto add = [&](int64_t index, int sign) {
    const double value = values[static_cast<size_t>(index)];
    if (!std::isfinite(value)) return;
    sum += sign * value;
    count += sign;
  };
  for (int64_t i = 0; i < size; ++i) {
    while (end < std::min(size, i + reach + 1)) add(end++, 1);
    while (begin < i - reach) add(begin++, -1);
    if (std::isfinite(values[static_cast<size_t>(i)])) {
      out[static_cast<size_t>(i)] = sum / static_cast<double>(count);
    }
  }
  return out;
}

Image draw_plot(const LinePlot& plot) {
  check(plot);
  const Extents extents = extents_of(plot);
  const Axis x(plot.x, extents.x, 0.01), y(plot.y, extents.y, 0.05);
  Canvas canvas(plot.height, plot.width);
  PlotFrame frame(canvas, plot.title, legend_of(plot), x, y);
  if (extents.x.is_empty() || extents.y.is_empty()) {
    frame.draw_message("no data yet");
  } else {
    canvas.clip(frame.area());
    draw_series(canvas, frame, plot);
    canvas.unclip();
  }
  return canvas.image();
}

}  // namespace belamy
