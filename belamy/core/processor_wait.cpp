#include "belamy/core/processor_wait.h"

#include <charconv>
#include <filesystem>
#include <fstream>
#include <string>

namespace belamy {
namespace {

namespace fs = std::filesystem;

// The number that `text` begins with, which is taken from it with a space after it.
bool take_number(std::string_view& text, uint64_t& number) {
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc() || end == text.data() + text.size() || *end != ' ') return false;
  text.remove_prefix(static_cast<size_t>(end - text.data()) + 1);
  return true;
}

std::string first_line(const fs::path& path) {
  std::ifstream file(path);
  std::string line;
  std::getline(file, line);
  return line;
}

}  // namespace

double ProcessorTime::waiting_share_since(const ProcessorTime& before) const {
  if (running < before.running || waiting < before.waiting) return 0;
  const auto ran = static_cast<double>(running - before.running);
  const auto waited = static_cast<double>(waiting - before.waiting);
  return waited == 0 ? 0 : waited / (ran + waited);
}

ProcessorTime processor_time_of(std::string_view schedstat) {
  ProcessorTime time;
  const bool known = take_number(schedstat, time.running) && take_number(schedstat, time.waiting);
  return known ? time : ProcessorTime{};
}

ProcessorTime processor_time() {
  ProcessorTime all;
  std::error_code code;  // threads come and go
  for (fs::directory_iterator task("/proc/self/task", code), end; !code && task != end;
       task.increment(code)) {
    const ProcessorTime one = processor_time_of(first_line(task->path() / "schedstat"));
    all.running += one.running;
    all.waiting += one.waiting;
  }
  return all;
}

}  // namespace belamy
