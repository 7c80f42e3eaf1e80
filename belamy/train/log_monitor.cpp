#include "belamy/train/log_monitor.h"

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <cmath>
#include <fstream>
#include <nlohmann/json.hpp>

#include "belamy/train/run_log.h"

namespace belamy {
namespace {

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
  seconds_before_ = drop_lines_after(path, training.first_step);
  file_ = std::make_unique<LineFile>(path);
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
