#include "belamy/train/run_log.h"

#include <limits>
#include <nlohmann/json.hpp>
#include <sstream>

#include "belamy/core/file.h"

namespace belamy {
namespace {

constexpr uint64_t kLargestLog = uint64_t{1} << 32;

}  // namespace

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
