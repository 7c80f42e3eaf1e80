#include "belamy/report/tables.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "belamy/nn/network.h"
#include "belamy/nn/summary.h"
#include "belamy/report/html.h"
#include "belamy/train/metrics_log.h"

namespace belamy {
namespace {

std::string metric_row(const std::string& name, const MetricSeries& series) {
  const auto step = std::llround(std::clamp(series.steps.back(), 0.0, 1e15));
  return fmt::format(
      "<tr><td>{}</td><td class=\"n\">{:.4g}</td><td class=\"n\">{:.4g} – {:.4g}</td>"
      "<td class=\"n\">{}</td></tr>",
      escape_html(name), series.values.back(), series.low.back(), series.high.back(),
      with_thousands(step));
}

}  // namespace

std::string network_table(const Network& network) {
  std::string rows;
  int64_t trainable = 0, fixed = 0;
  for (const Network::Row& row : network.rows()) {
    trainable += row.trainable;
    fixed += row.non_trainable;
    rows += fmt::format("<tr><td>{} <small>{}</small></td><td>{}</td><td class=\"n\">{}</td></tr>",
                        escape_html(row.name), escape_html(row.keras_name),
                        escape_html(shape_text(row.output)),
                        with_thousands(row.trainable + row.non_trainable));
  }
  const std::string statistics =
      fixed == 0 ? "" : fmt::format(", {} of them moving statistics", with_thousands(fixed));
  return fmt::format(
      "<section class=\"card\"><h3>{}<span>{} to {}</span></h3><div class=\"scroll\"><table><thead>"
      "<tr><th>Layer</th><th>Output</th><th "
      "class=\"n\">Parameters</th></tr></thead><tbody>{}</tbody>"
      "<tfoot><tr><td colspan=\"2\">Parameters in all{}</td><td class=\"n\">{}</td></tr></tfoot>"
      "</table></div></section>",
      escape_html(network.name()), escape_html(shape_text(network.input_shape())),
      escape_html(shape_text(network.output_shape())), rows, statistics,
      with_thousands(trainable + fixed));
}

std::string metrics_table(const std::filesystem::path& path) {
  std::string rows;
  for (const auto& [name, series] : read_metrics_log(path)) rows += metric_row(name, series);
  if (rows.empty()) return "";
  return "<h2>Metrics</h2><section class=\"card scroll\"><table><thead><tr><th>Metric</th>"
         "<th class=\"n\">Value</th><th class=\"n\">95% interval</th><th class=\"n\">Step</th></tr>"
         "</thead><tbody>" +
         rows + "</tbody></table></section>";
}

}  // namespace belamy
