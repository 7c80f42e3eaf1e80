#include "belamy/train/run_log.h"

#include <limits>
#include <sstream>

#include "belamy/core/file.h"
#include "belamy/core/json_text.h"

namespace belamy {
namespace {

constexpr uint64_t kLargestLog = uint64_t{1} << 32;

// Each is as long as the log: names that change from line to line would multiply a file's size.
constexpr size_t kMostColumns = 1024;

constexpr double kLargestStep = 1e15;  // what is beyond it no training wrote

bool has_step(const nlohmann::json& json) {
  if (!json.is_object() || !json.contains("step") || !json["step"].is_number()) return false;
  const double step = json["step"].get<double>();
  return step >= 0 && step <= kLargestStep;
}

constexpr double kMissing = std::numeric_limits<double>::quiet_NaN();

// Monitors write lines of their own: those of a step are one row.
void add_values(RunLog& log, const nlohmann::json& json) {
  const double step = json["step"].get<double>();
  if (log.steps.empty() || log.steps.back() != step) log.steps.push_back(step);
  bool has_room = true;
  for (const auto& [name, value] : json.items()) {
    if (name == "step" || !value.is_number()) continue;
    if (log.values.size() >= kMostColumns && !log.has(name)) {
      has_room = false;
      continue;
    }
    auto& column = log.values[name];
    column.resize(log.steps.size(), kMissing);
    column.back() = value.get<double>();
  }
  if (!has_room) ++log.damaged_lines;
}

void add_note(RunLog& log, const nlohmann::json& json) {
  const auto text = [&](const char* name) {
    const auto found = json.find(name);
    return found != json.end() && found->is_string() ? found->get<std::string>() : std::string();
  };
  const auto step = static_cast<int64_t>(json["step"].get<double>());
  const std::string name = text("health");
  if (!json.contains("over")) {
    log.notes.push_back({step, name, text("finding"), text("advice"), 0});
    return;
  }
  for (RunLog::Note& note : log.notes) {
    if (note.name == name && note.over_at == 0) note.over_at = step;
  }
}

}  // namespace

double drop_lines_after(const std::filesystem::path& path, int64_t step) {
  if (!std::filesystem::exists(path)) return 0;
  const std::string text = read_text(path, kLargestLog);
  std::istringstream lines(text);
  std::string kept;
  double seconds = 0;
  for (std::string line; std::getline(lines, line);) {
    const auto json = parse_json_or_discard(line);
    if (!has_step(json) || json["step"].get<int64_t>() > step) continue;
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
    const auto json = parse_json_or_discard(line);
    if (!has_step(json)) {
      if (!lines.eof()) ++log.damaged_lines;
    } else if (json.contains("health")) {
      add_note(log, json);
    } else {
      add_values(log, json);
    }
  }
  for (auto& [name, column] : log.values) column.resize(log.steps.size(), kMissing);
  return log;
}

}  // namespace belamy
