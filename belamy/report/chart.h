// A line plot as part of an HTML page.
#pragma once

#include <string>

#include "belamy/image/plot.h"

namespace belamy {

/// A <figure>: title, legend, an SVG of the data and, around it, tick labels as text of the page,
/// so that they keep their size on any screen. The values stand in a JSON beside it, for the page's
/// script to show them. Long lines are thinned to kChartPoints means. Colours are the page's.
std::string chart_html(const LinePlot& plot);

inline constexpr size_t kChartPoints = 400;

}  // namespace belamy
