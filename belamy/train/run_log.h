// log.jsonl as columns.
#pragma once

#include <cstdint>
#include <filesystem>
#include <map>
#include <string>
#include <vector>

namespace belamy {

/// A value a line of the log; NaN where a line lacks it.
struct RunLog {
  std::vector<double> steps;
  std::map<std::string, std::vector<double>> values;

  bool has(const std::string& name) const { return values.count(name) > 0; }
};

/// Cuts off what lies after `step`: lines of JSON with a later "step", torn ones, and those without
/// a step. A monitor that appends lines calls it when it starts, so that a run killed after its
/// last checkpoint and resumed has each line once. Returns the last "seconds" that is kept, 0 when
/// there are none. No file is no line. Throws kIo.
double drop_lines_after(const std::filesystem::path& path, int64_t step);

/// Empty when there is no log. A line torn by a kill is skipped. Throws kIo.
RunLog read_run_log(const std::filesystem::path& path);

}  // namespace belamy
