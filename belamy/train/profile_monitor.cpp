#include "belamy/train/profile_monitor.h"

#include "belamy/core/error.h"
#include "belamy/core/file.h"

namespace belamy {

void ProfileMonitor::on_step(const TrainingView& training, const StepView& step) {
  if (recording_) {
    ++steps_;
    if (steps_ == kSteps) finish(training);
  } else if (steps_ == 0 && step.step - training.first_step >= kWarmUpSteps) {
    recording_ = true;
    start_profiling();
  }
}

void ProfileMonitor::on_end(const TrainingView& training) noexcept {
  try {
    if (recording_) finish(training);
  } catch (const Error&) {
    // The training itself is what counts; its own files told of a full disk already.
  }
}

void ProfileMonitor::finish(const TrainingView& training) {
  recording_ = false;
  const std::vector<ProfileSpan> spans = stop_profiling();
  rows_ = profile_table(spans);
  write_file_atomically(training.run.folder() / "profile.json", chrome_trace(spans));
}

}  // namespace belamy
