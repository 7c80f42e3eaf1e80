#include "belamy/train/metrics_log.h"

#include <algorithm>
#include <cctype>

#include "belamy/train/json_lines.h"

namespace belamy {
namespace {

constexpr size_t kMostMetrics = 64;  // each becomes a picture
constexpr size_t kMostPoints = size_t{1} << 20;

// What can be part of a file's name. A run folder may come from someone else.
bool is_plain_name(const std::string& name) {
  return !name.empty() && name.size() <= 64 && std::ranges::all_of(name, [](unsigned char c) {
    return std::isalnum(c) != 0 || c == '-' || c == '_';
  });
}

bool is_interval(const nlohmann::json& line) {
  const auto ci = line.find("ci");
  return ci != line.end() && ci->is_array() && ci->size() == 2 && ci->at(0).is_number() &&
         ci->at(1).is_number();
}

bool is_point(const nlohmann::json& line) {
  if (!line.is_object() || !is_interval(line)) return false;
  const auto is_number = [&](const char* key) {
    return line.contains(key) && line.at(key).is_number();
  };
  const auto name = line.find("metric");
  return name != line.end() && name->is_string() && is_plain_name(name->get<std::string>()) &&
         is_number("step") && is_number("value");
}

}  // namespace

std::map<std::string, MetricSeries> read_metrics_log(const std::filesystem::path& path) {
  std::map<std::string, MetricSeries> found;
  size_t points = 0;
  if (!std::filesystem::exists(path)) return found;
  for_each_json_line(path, [&](const JsonLine& line) {
    if (!is_point(line.json) || points == kMostPoints) return;
    const auto name = line.json.at("metric").get<std::string>();
    if (found.size() >= kMostMetrics && found.count(name) == 0) return;
    ++points;
    MetricSeries& series = found[name];
    series.steps.push_back(line.json.at("step").get<double>());
    series.values.push_back(line.json.at("value").get<double>());
    series.low.push_back(line.json.at("ci").at(0).get<double>());
    series.high.push_back(line.json.at("ci").at(1).get<double>());
  });
  return found;
}

}  // namespace belamy
