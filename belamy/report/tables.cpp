#include "belamy/report/tables.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <map>

#include "belamy/nn/network.h"
#include "belamy/nn/summary.h"
#include "belamy/report/html.h"
#include "belamy/train/json_lines.h"

namespace belamy {
namespace {

constexpr size_t kMostMetrics = 1024;  // Belamy has about twenty

bool is_pair(const nlohmann::json& json) {
  return json.is_array() && json.size() == 2 && json[0].is_number() && json[1].is_number();
}

std::string metric_row(const nlohmann::json& line) {
  std::string interval, step;
  if (line.contains("ci") && is_pair(line["ci"])) {
    interval =
        fmt::format("{:.4g} – {:.4g}", line["ci"][0].get<double>(), line["ci"][1].get<double>());
  }
  if (line.contains("step") && line["step"].is_number()) {
    step = with_thousands(std::llround(std::clamp(line["step"].get<double>(), 0.0, 1e15)));
  }
  return fmt::format(
      "<tr><td>{}</td><td class=\"n\">{:.4g}</td><td class=\"n\">{}</td>"
      "<td class=\"n\">{}</td></tr>",
      escape_html(line["metric"].get<std::string>()), line["value"].get<double>(), interval, step);
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
  if (!std::filesystem::exists(path)) return "";
  std::map<std::string, nlohmann::json> newest;
  for_each_json_line(read_json_lines(path), [&](const JsonLine& line) {
    const nlohmann::json& json = line.json;
    if (!json.is_object() || !json.contains("metric") || !json["metric"].is_string()) return;
    if (!json.contains("value") || !json["value"].is_number()) return;
    const auto name = json["metric"].get<std::string>();
    if (newest.size() < kMostMetrics || newest.count(name) > 0) newest[name] = json;
  });
  if (newest.empty()) return "";
  std::string rows;
  for (const auto& [name, line] : newest) rows += metric_row(line);
  return "<h2>Metrics</h2><section class=\"card scroll\"><table><thead><tr><th>Metric</th>"
         "<th class=\"n\">Value</th><th class=\"n\">95% interval</th><th class=\"n\">Step</th></tr>"
         "</thead><tbody>" +
         rows + "</tbody></table></section>";
}

}  // namespace belamy
