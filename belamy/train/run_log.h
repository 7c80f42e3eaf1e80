// log.jsonl as columns, and what was noted in it.
#pragma once

#include <cstdint>
#include <filesystem>
#include <map>
#include <string>
#include <vector>

namespace belamy {

/// A value a step with lines in the log; NaN where they lack it.
struct RunLog {
  std::vector<double> steps;
  std::map<std::string, std::vector<double>> values;

  /// What the health monitor found, and roll-backs.
  struct Note {
    int64_t step = 0;
    std::string name;  // "mode_collapse"
    std::string finding;
    std::string advice;
    int64_t over_at = 0;  // the step it no longer held at; 0: it still does
  };
  std::vector<Note> notes;
  /// Besides a last one without its end, which is being written; and those with names beyond the
  /// first 1,024, or with what no longer fits into 2^25 values or 4,096 notes.
  int64_t damaged_lines = 0;

  bool has(const std::string& name) const { return values.count(name) > 0; }
};

/// Cuts off what lies after `step`: lines of JSON with a later "step", torn ones, and those without
/// a step. A monitor that appends lines calls it when it starts, so that a run killed after its
/// last checkpoint and resumed has each line once. Returns the last "seconds" that is kept, 0 when
/// there are none. No file is no line. Throws kIo.
double drop_lines_after(const std::filesystem::path& path, int64_t step);

/// Empty when there is no log. Lines that are not whole, or longer than 1 MiB, are skipped. Throws
/// kIo.
RunLog read_run_log(const std::filesystem::path& path);

}  // namespace belamy
