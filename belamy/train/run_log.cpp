#include "belamy/train/run_log.h"

#include <limits>
#include <nlohmann/json.hpp>
#include <sstream>

#include "belamy/core/file.h"

namespace belamy {
namespace {

constexpr uint64_t kLargestLog = uint64_t{1} << 32;

}  // namespace

double drop_lines_after(const std::filesystem::path& path, int64_t step) {
  if (!std::filesystem::exists(path)) return 0;
  const std::string text = read_text(path, kLargestLog);
  std::istringstream lines(text);
  std::string kept;
  double seconds = 0;
  for (std::string line; std::getline(lines, line);) {
    const auto json = nlohmann::json::parse(line, nullptr, false);
    const bool has_step = json.is_object() && json.contains("step") && json["step"].is_number();
    if (!has_step || json["step"].get<int64_t>() > step) continue;
    kept += line + "\n";
    const auto time = json.find("seconds");
    if (time != json.end() && time->is_number()) seconds = time->get<double>();
  }
  if (kept != text) write_file_atomically(path, std::string_view(kept));
  return seconds;
}

RunLog read_run_log(const std::filesystem::path& path) {
  RunLog log;
  if (!std::filesystem::exists(path)) return log;
  std::istringstream lines(read_text(path, kLargestLog));
  for (std::string line; std::getline(lines, line);) {
    const auto json = nlohmann::json::parse(line, nullptr, false);
    if (!json.is_object() || !json.contains("step") || !json["step"].is_number()) continue;
    log.steps.push_back(json["step"].get<double>());
    for (const auto& [name, value] : json.items()) {
      if (name == "step" || !value.is_number()) continue;
      auto& column = log.values[name];
      column.resize(log.steps.size() - 1, std::numeric_limits<double>::quiet_NaN());
      column.push_back(value.get<double>());
    }
  }
  for (auto& [name, column] : log.values) {
    column.resize(log.steps.size(), std::numeric_limits<double>::quiet_NaN());
  }
  return log;
}

}  // namespace belamy
