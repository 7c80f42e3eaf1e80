// TensorBoard's view of a training: the log's numbers and the sample grids (image/event_file.h).
#pragma once

#include <memory>

#include "belamy/image/event_file.h"
#include "belamy/train/monitor.h"

namespace belamy {

/// Writes the run folder's event file. It starts before the sample monitor, whose grids it is
/// given. A resumed run's file first loses what lies after the checkpoint it goes on from.
class EventMonitor final : public Monitor {
 public:
  void on_start(const TrainingView& training) override;
  void on_step(const TrainingView& training, const StepView& step) override;
  void add_grid(int64_t step, const Image& grid) { file_->add_image(step, "samples", grid); }

 private:
  std::unique_ptr<EventFile> file_;
};

}  // namespace belamy
