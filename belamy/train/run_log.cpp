#include "belamy/train/run_log.h"

#include <algorithm>
#include <limits>

#include "belamy/core/file.h"
#include "belamy/train/json_lines.h"

namespace belamy {
namespace {

// Each is as long as the log: names that change from line to line would multiply a file's size.
constexpr size_t kMostColumns = 1024;

// Steps times columns, 256 MiB: as many as the longest file holds when every line has all names.
constexpr size_t kMostCells = size_t{1} << 25;

constexpr size_t kMostNotes = 4096;  // each that is over is looked for among all before it

constexpr double kLargestStep = 1e15;  // what is beyond it no training wrote

bool has_step(const nlohmann::json& json) {
  if (!json.is_object() || !json.contains("step") || !json["step"].is_number()) return false;
  const double step = json["step"].get<double>();
  return step >= 0 && step <= kLargestStep;
}

constexpr double kMissing = std::numeric_limits<double>::quiet_NaN();

bool has_room(size_t rows, size_t columns) {
  return columns <= kMostColumns && rows * std::max<size_t>(columns, 1) <= kMostCells;
}

// Monitors write lines of their own: those of a step are one row. Whether there was room for all.
bool add_values(RunLog& log, const nlohmann::json& json) {
  const double step = json["step"].get<double>();
  if (log.steps.empty() || log.steps.back() != step) {
    if (!has_room(log.steps.size() + 1, log.values.size())) return false;
    log.steps.push_back(step);
  }
  bool took_all = true;
  for (const auto& [name, value] : json.items()) {
    if (name == "step" || !value.is_number()) continue;
    if (!log.has(name) && !has_room(log.steps.size(), log.values.size() + 1)) {
      took_all = false;
      continue;
    }
    auto& column = log.values[name];
    column.resize(log.steps.size(), kMissing);
    column.back() = value.get<double>();
  }
  return took_all;
}

bool add_note(RunLog& log, const nlohmann::json& json) {
  const auto text = [&](const char* name) {
    const auto found = json.find(name);
    return found != json.end() && found->is_string() ? found->get<std::string>() : std::string();
  };
  const auto step = static_cast<int64_t>(json["step"].get<double>());
  const std::string name = text("health");
  if (!json.contains("over")) {
    if (log.notes.size() >= kMostNotes) return false;
    log.notes.push_back({step, name, text("finding"), text("advice"), 0});
    return true;
  }
  for (RunLog::Note& note : log.notes) {
    if (note.name == name && note.over_at == 0) note.over_at = step;
  }
  return true;
}

}  // namespace

double drop_lines_after(const std::filesystem::path& path, int64_t step) {
  if (!std::filesystem::exists(path)) return 0;
  const auto is_kept = [&](const JsonLine& line) {
    return has_step(line.json) && line.json["step"].get<double>() <= static_cast<double>(step);
  };
  bool keeps_all = true;
  double seconds = 0;
  for_each_json_line(path, [&](const JsonLine& line) {
    if (!is_kept(line) || !line.is_ended) keeps_all = false;
    const auto time = is_kept(line) ? line.json.find("seconds") : line.json.end();
    if (time != line.json.end() && time->is_number()) seconds = time->get<double>();
  });
  if (keeps_all) return seconds;
  AtomicFile kept(path);
  for_each_json_line(path, [&](const JsonLine& line) {
    if (!is_kept(line)) return;
    kept.write(line.text);
    kept.write("\n");
  });
  kept.commit();
  return seconds;
}

RunLog read_run_log(const std::filesystem::path& path) {
  RunLog log;
  if (!std::filesystem::exists(path)) return log;
  for_each_json_line(path, [&](const JsonLine& line) {
    if (!has_step(line.json)) {
      if (line.is_ended) ++log.damaged_lines;
      return;
    }
    const bool is_note = line.json.contains("health");
    if (!(is_note ? add_note(log, line.json) : add_values(log, line.json))) ++log.damaged_lines;
  });
  for (auto& [name, column] : log.values) column.resize(log.steps.size(), kMissing);
  return log;
}

}  // namespace belamy
