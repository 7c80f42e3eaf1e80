#include "belamy/report/chart.h"

#include <fmt/format.h>

#include <cmath>
#include <nlohmann/json.hpp>

#include "belamy/report/html.h"

namespace belamy {
namespace {

constexpr int kTicksX = 5;
constexpr int kTicksY = 5;
constexpr double kSide = 1000;  // of the SVG's own units; the page stretches it

double mean_of(std::span<const double> values) {
  double sum = 0;
  size_t count = 0;
  for (const double value : values) {
    if (!std::isfinite(value)) continue;
    sum += value;
    ++count;
  }
  return count == 0 ? NAN : sum / static_cast<double>(count);
}

// Means of so many values in a row that at most kChartPoints are left.
std::vector<double> thinned(const std::vector<double>& values) {
  const size_t group = (values.size() + kChartPoints - 1) / kChartPoints;
  if (group <= 1) return values;
  std::vector<double> means;
  for (size_t i = 0; i < values.size(); i += group) {
    means.push_back(mean_of(std::span(values).subspan(i, std::min(group, values.size() - i))));
  }
  return means;
}

class Chart {
 public:
  explicit Chart(const LinePlot& plot)
      : plot_(plot), x_(plot.x, extent_x(plot), 0), y_(plot.y, extent_y(plot), 0.06) {}

  std::string html() const {
    std::string svg;
    for (size_t i = 0; i < plot_.bands.size(); ++i) svg += band(plot_.bands[i], i);
    for (const PlotLevel& level : plot_.levels) {
      svg += fmt::format("<path class=\"level\" d=\"M0 {0:.1f}H1000\"/>", down(level.y));
    }
    for (size_t i = 0; i < plot_.lines.size(); ++i) svg += line(plot_.lines[i], i);
    return fmt::format(
        "<figure class=\"card chart\"><figcaption><h3>{}{}</h3>{}</figcaption><div "
        "class=\"plot\">"
        "<div class=\"area\">{}<svg viewBox=\"0 0 1000 1000\" preserveAspectRatio=\"none\" "
        "aria-hidden=\"true\">{}</svg></div></div>"
        "<script type=\"application/json\">{}</script></figure>\n",
        escape_html(plot_.title), unit(), legend(), ticks(), svg, data());
  }

 private:
  static Extent extent_x(const LinePlot& plot) {
    Extent extent(plot.x);
    for (const PlotLine& line : plot.lines) extent.include(line.x);
    for (const PlotBand& band : plot.bands) extent.include(band.x);
    return extent;
  }

  static Extent extent_y(const LinePlot& plot) {
    Extent extent(plot.y);
    for (const PlotLine& line : plot.lines) extent.include(thinned(line.y));
    for (const PlotBand& band : plot.bands) {
      extent.include(band.low);
      extent.include(band.high);
    }
    for (const PlotLevel& level : plot.levels) extent.include(level.y);
    return extent;
  }

  double right(double x) const { return kSide * x_.share(x); }
  double down(double y) const { return kSide * (1 - y_.share(y)); }
  static size_t colour_of(const std::optional<size_t>& colour, size_t index) {
    return colour.value_or(index) % 4;
  }

  std::string path(const std::vector<double>& x, const std::vector<double>& y) const {
    std::string d;
    bool is_drawing = false;
    for (size_t i = 0; i < x.size(); ++i) {
      const double across = right(x[i]), along = down(y[i]);
      const bool is_there = std::isfinite(across) && std::isfinite(along);
      if (is_there) d += fmt::format("{}{:.1f} {:.1f}", is_drawing ? 'L' : 'M', across, along);
      is_drawing = is_there;
    }
    return d;
  }

  std::string line(const PlotLine& line, size_t index) const {
    const std::vector<double> x = thinned(line.x), y = thinned(line.y);
    const size_t colour = colour_of(line.colour, index);
    const auto drawn = [&](const char* kind, const std::vector<double>& values) {
      return fmt::format("<path class=\"{} c{}\" d=\"{}\"/>", kind, colour, path(x, values));
    };
    if (line.is_dashed) return drawn("dashed", y);
    if (line.smoothing <= 0) return drawn("line", y);
    return drawn("raw", y) + drawn("line", smoothed(y, line.smoothing));
  }

  std::string band(const PlotBand& band, size_t index) const {
    std::vector<double> x = thinned(band.x), low = thinned(band.low), high = thinned(band.high);
    x.insert(x.end(), x.rbegin(), x.rend());
    low.insert(low.end(), high.rbegin(), high.rend());
    return fmt::format("<path class=\"band c{}\" d=\"{}Z\"/>", colour_of(band.colour, index),
                       path(x, low));
  }

  std::string unit() const {  // unless the title says it: "Losses"
    const bool is_said =
        plot_.y.label.empty() || plot_.title.find(plot_.y.label.substr(1)) != std::string::npos;
    return is_said ? "" : "<span>" + escape_html(plot_.y.label) + "</span>";
  }

  std::string legend() const {
    std::string items;
    const auto add = [&](const std::string& name, const char* kind, size_t colour) {
      if (name.empty()) return;
      items += fmt::format("<li><i class=\"{} c{}\"></i>{}</li>", kind, colour, escape_html(name));
    };
    for (size_t i = 0; i < plot_.lines.size(); ++i) {
      const PlotLine& line = plot_.lines[i];
      add(line.name, line.is_dashed ? "dashed" : "line", colour_of(line.colour, i));
    }
    for (size_t i = 0; i < plot_.bands.size(); ++i) {
      add(plot_.bands[i].name, "band", colour_of(plot_.bands[i].colour, i));
    }
    for (const PlotLevel& level : plot_.levels) add(level.name, "level", 0);
    const bool is_plain = plot_.lines.size() + plot_.bands.size() + plot_.levels.size() == 1;
    return is_plain ? "" : "<ul class=\"legend\">" + items + "</ul>";
  }

  std::string ticks() const {
    std::string text;
    for (const Tick& tick : y_.ticks(kTicksY)) {
      text += fmt::format("<span class=\"y\" style=\"top:{:.2f}%\"><b>{}</b></span>",
                          down(tick.place) / 10, escape_html(tick.label));
    }
    for (const Tick& tick : x_.ticks(kTicksX)) {
      text += fmt::format("<span class=\"x\" style=\"left:{:.2f}%\"><b>{}</b></span>",
                          right(tick.place) / 10, escape_html(tick.label));
    }
    return text;
  }

  // For the script: where each point is across, 0..1, its step, and the values of each line there.
  std::string data() const {
    nlohmann::ordered_json lines = nlohmann::ordered_json::array();
    const auto rounded = [](double value) {
      return std::isfinite(value) ? nlohmann::ordered_json(fmt::format("{:.4g}", value))
                                  : nlohmann::ordered_json(nullptr);
    };
    for (size_t i = 0; i < plot_.lines.size(); ++i) {
      const PlotLine& line = plot_.lines[i];
      if (line.name.empty() || line.is_dashed) continue;  // dashed ones are bounds
      nlohmann::ordered_json places = nlohmann::ordered_json::array(), steps = places, y = places;
      const std::vector<double> xs = thinned(line.x), ys = thinned(line.y);
      for (size_t p = 0; p < xs.size(); ++p) {
        if (!std::isfinite(x_.share(xs[p]))) continue;
        places.push_back(std::round(1e4 * x_.share(xs[p])) / 1e4);
        steps.push_back(std::round(xs[p]));
        y.push_back(rounded(ys[p]));
      }
      lines.push_back({{"name", line.name},
                       {"colour", colour_of(line.colour, i)},
                       {"places", places},
                       {"steps", steps},
                       {"values", y}});
    }
    std::string json = lines.dump(-1, ' ', true, nlohmann::ordered_json::error_handler_t::replace);
    for (size_t at = 0; (at = json.find('<', at)) != std::string::npos;)
      json.replace(at, 1, "\\u003c");
    return json;
  }

  const LinePlot& plot_;
  Axis x_;
  Axis y_;
};

}  // namespace

std::string chart_html(const LinePlot& plot) {
  return Chart(plot).html();
}

}  // namespace belamy
