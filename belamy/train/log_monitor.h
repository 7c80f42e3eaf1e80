// log.jsonl: a line every log interval.
#pragma once

#include <memory>

#include "belamy/core/file.h"
#include "belamy/train/monitor.h"

namespace belamy {

/// step, images, seconds, images_per_second, the game's scalars, memory_mb (resident). A resumed
/// run's log first loses the lines after the checkpoint it goes on from.
class LogMonitor final : public Monitor {
 public:
  void on_start(const TrainingView& training) override;
  void on_step(const TrainingView& training, const StepView& step) override;

 private:
  std::unique_ptr<LineFile> file_;
  double seconds_before_ = 0;  // spent by earlier processes of this run
  double last_seconds_ = 0;
  int64_t last_step_ = 0;
};

/// Resident memory of this process in MB.
double resident_memory_mb();

}  // namespace belamy
