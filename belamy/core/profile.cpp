#include "belamy/core/profile.h"

#include <algorithm>
#include <atomic>
#include <map>
#include <mutex>
#include <nlohmann/json.hpp>
#include <thread>
#include <utility>

namespace belamy {
namespace {

struct Recording {
  std::mutex mutex;
  std::chrono::steady_clock::time_point begin;
  std::vector<ProfileSpan> spans;
  std::map<std::thread::id, int> threads;
};

std::atomic<bool> is_profiling = false;

Recording& recording() {
  static Recording the_one;
  return the_one;
}

double microseconds(std::chrono::steady_clock::duration duration) {
  return std::chrono::duration<double, std::micro>(duration).count();
}

}  // namespace

void start_profiling() {
  Recording& to = recording();
  const std::lock_guard<std::mutex> lock(to.mutex);
  to.spans.clear();
  to.threads.clear();
  to.begin = std::chrono::steady_clock::now();
  is_profiling = true;
}

std::vector<ProfileSpan> stop_profiling() {
  is_profiling = false;
  Recording& from = recording();
  const std::lock_guard<std::mutex> lock(from.mutex);
  return std::exchange(from.spans, {});
}

ProfileScope::ProfileScope(const std::string& name, const char* kind) {
  if (!is_profiling.load(std::memory_order_relaxed)) return;
  name_ = &name;
  kind_ = kind;
  begin_ = std::chrono::steady_clock::now();
}

ProfileScope::~ProfileScope() {
  if (name_ == nullptr || !is_profiling.load(std::memory_order_relaxed)) return;
  const auto end = std::chrono::steady_clock::now();
  Recording& to = recording();
  const std::lock_guard<std::mutex> lock(to.mutex);
  if (begin_ < to.begin) return;  // from before this profile
  const int next = static_cast<int>(to.threads.size());
  const int thread = to.threads.try_emplace(std::this_thread::get_id(), next).first->second;
  to.spans.push_back(
      {*name_, kind_, microseconds(begin_ - to.begin), microseconds(end - begin_), thread});
}

std::vector<ProfileRow> profile_table(const std::vector<ProfileSpan>& spans) {
  std::map<std::pair<std::string, std::string>, ProfileRow> rows;
  // A span ends after those nested in it: of these, the ones not yet taken by a span in between.
  std::map<int, std::vector<const ProfileSpan*>> ended;  // by thread
  for (const ProfileSpan& span : spans) {
    double nested = 0;
    auto& waiting = ended[span.thread];
    while (!waiting.empty() && waiting.back()->begin >= span.begin) {
      nested += waiting.back()->duration;
      waiting.pop_back();
    }
    waiting.push_back(&span);
    ProfileRow& row = rows[{span.name, span.kind}];
    row.name = span.name;
    row.kind = span.kind;
    ++row.count;
    row.total += span.duration - nested;
  }
  std::vector<ProfileRow> table;
  for (auto& [key, row] : rows) table.push_back(std::move(row));
  std::ranges::sort(table, std::greater{}, &ProfileRow::total);
  return table;
}

std::string chrome_trace(const std::vector<ProfileSpan>& spans) {
  nlohmann::ordered_json events = nlohmann::ordered_json::array();
  for (const ProfileSpan& span : spans) {
    events.push_back({{"name", span.name},
                      {"cat", span.kind},
                      {"ph", "X"},
                      {"ts", span.begin},
                      {"dur", span.duration},
                      {"pid", 1},
                      {"tid", span.thread}});
  }
  return nlohmann::ordered_json{{"traceEvents", events}, {"displayTimeUnit", "ms"}}.dump();
}

}  // namespace belamy
