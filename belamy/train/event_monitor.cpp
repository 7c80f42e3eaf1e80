#include "belamy/train/event_monitor.h"

#include <vector>

namespace belamy {

void EventMonitor::on_start(const TrainingView& training) {
  file_ = std::make_unique<EventFile>(training.run.folder(), training.first_step);
}

void EventMonitor::on_step(const TrainingView&, const StepView& step) {
  if (!step.detailed) return;
  std::vector<TaggedScalar> scalars;
  for (const auto& [name, value] : step.report.scalars) {
    scalars.emplace_back(TaggedScalar{name, value});
  }
  file_->add_scalars(step.step, scalars);
}

}  // namespace belamy
