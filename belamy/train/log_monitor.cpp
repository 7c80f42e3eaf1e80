#include "belamy/train/log_monitor.h"

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <cmath>
#include <fstream>
#include <nlohmann/json.hpp>
#include <sstream>

namespace belamy {
namespace {

constexpr uint64_t kLargestLog = uint64_t{1} << 32;

struct KeptLog {
  std::string text;
  double seconds = 0;
};

// Whole lines up to `step`; a last line torn by a kill does not parse and is dropped.
KeptLog lines_up_to(const std::filesystem::path& path, int64_t step) {
  KeptLog kept;
  if (!std::filesystem::exists(path)) return kept;
  std::istringstream lines(read_text(path, kLargestLog));
  for (std::string line; std::getline(lines, line);) {
    const auto json = nlohmann::json::parse(line, nullptr, false);
    if (!json.is_object() || json.value("step", step + 1) > step) continue;
    kept.text += line + "\n";
    kept.seconds = json.value("seconds", 0.0);
  }
  return kept;
}

double rounded(double value) {
  return std::round(value * 1e3) / 1e3;
}

}  // namespace

double resident_memory_mb() {
  std::ifstream file("/proc/self/statm");
  double total = 0, resident = 0;
  file >> total >> resident;
  return resident * static_cast<double>(::sysconf(_SC_PAGESIZE)) / 1e6;
}

void LogMonitor::on_start(const TrainingView& training) {
  const auto path = training.run.log_path();
  const KeptLog kept = lines_up_to(path, training.first_step);
  write_file_atomically(path, std::string_view(kept.text));
  file_ = std::make_unique<LineFile>(path);
  seconds_before_ = kept.seconds;
  last_step_ = training.first_step;
}

void LogMonitor::on_step(const TrainingView& training, const StepView& step) {
  if (!step.detailed) return;
  const double elapsed = std::max(step.seconds - last_seconds_, 1e-9);
  const auto images = static_cast<double>((step.step - last_step_) * training.images_per_step);
  nlohmann::ordered_json line = {{"step", step.step},
                                 {"images", step.step * training.images_per_step},
                                 {"seconds", rounded(seconds_before_ + step.seconds)},
                                 {"images_per_second", rounded(images / elapsed)}};
  for (const auto& [name, value] : step.report.scalars) line[name] = value;
  line["memory_mb"] = rounded(resident_memory_mb());
  file_->append(line.dump());
  last_seconds_ = step.seconds;
  last_step_ = step.step;
}

}  // namespace belamy
