// Where the time of a training goes: spans of work, named, recorded while somebody profiles.
#pragma once

#include <chrono>
#include <string>
#include <vector>

namespace belamy {

/// A piece of work that has been done. Times are microseconds since profiling began.
struct ProfileSpan {
  std::string name;  // "generator.dense_1"
  std::string kind;  // "forward", "backward", "update", "data"
  double begin = 0;
  double duration = 0;
  int thread = 0;  // numbered in the order in which they came
};

/// Starts recording, forgetting what was recorded before. One profile a process.
void start_profiling();

/// Stops, and returns the spans in the order in which they ended.
std::vector<ProfileSpan> stop_profiling();

/// Records its own lifetime; costs next to nothing while nobody profiles. Spans may nest.
class ProfileScope {
 public:
  /// `name` and `kind` must outlive the scope.
  ProfileScope(const std::string& name, const char* kind);
  ~ProfileScope();
  ProfileScope(const ProfileScope&) = delete;
  ProfileScope& operator=(const ProfileScope&) = delete;

 private:
  const std::string* name_ = nullptr;  // null: nobody profiles
  const char* kind_ = nullptr;
  std::chrono::steady_clock::time_point begin_;
};

/// A row of the table: spans of one name and kind together.
struct ProfileRow {
  std::string name, kind;
  size_t count = 0;
  double total = 0;  // microseconds, without what nested spans took
};

/// Rows by total, largest first.
std::vector<ProfileRow> profile_table(const std::vector<ProfileSpan>& spans);

/// The spans as Chrome's trace viewer (chrome://tracing, ui.perfetto.dev) reads them.
std::string chrome_trace(const std::vector<ProfileSpan>& spans);

}  // namespace belamy
