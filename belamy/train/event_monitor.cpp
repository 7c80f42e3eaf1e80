#include "belamy/train/event_monitor.h"

#include <filesystem>
#include <vector>

#include "belamy/image/png.h"

namespace belamy {

void EventMonitor::on_start(const TrainingView& training) {
  file_ = std::make_unique<EventFile>(training.run.folder(), training.first_step);
  if (training.first_step == 0) add_picture(training, 0);
}

void EventMonitor::on_step(const TrainingView& training, const StepView& step) {
  add_picture(training, step.step);
  if (!step.detailed) return;
  std::vector<TaggedScalar> scalars;
  for (const auto& [name, value] : step.report.scalars) scalars.push_back({name, value});
  file_->add_scalars(step.step, scalars);
}

void EventMonitor::add_picture(const TrainingView& training, int64_t step) {
  const int64_t every = training.run.recipe().train.sample_every;
  if (every == 0 || (step % every != 0 && step != training.total_steps)) return;
  const auto picture = training.run.samples_folder() / (step_name(step) + ".png");
  if (std::filesystem::exists(picture)) file_->add_image(step, "samples", read_png(picture));
}

}  // namespace belamy
