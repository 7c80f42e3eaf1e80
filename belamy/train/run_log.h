// log.jsonl as columns.
#pragma once

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

/// Empty when there is no log. A line torn by a kill is skipped. Throws kIo.
RunLog read_run_log(const std::filesystem::path& path);

}  // namespace belamy
