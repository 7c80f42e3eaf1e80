#include "belamy/train/sample_monitor.h"

#include "belamy/core/rng.h"
#include "belamy/image/png.h"
#include "belamy/sampling/draw.h"

namespace belamy {

void SampleMonitor::on_start(const TrainingView& training) {
  if (training.first_step == 0 && training.run.recipe().train.sample_every > 0) write(training, 0);
}

void SampleMonitor::on_step(const TrainingView& training, const StepView& step) {
  const int64_t every = training.run.recipe().train.sample_every;
  if (every == 0) return;
  if (step.step % every == 0 || step.step == training.total_steps) write(training, step.step);
}

void SampleMonitor::write(const TrainingView& training, int64_t step) {
  const Recipe& recipe = training.run.recipe();
  RandomStream fixed(static_cast<uint64_t>(recipe.train.seed), "fixed samples");
  const Samples samples = draw_samples(training.game, recipe.train.sample_count, fixed);
  write_png(training.run.samples_folder() / (step_name(step) + ".png"),
            samples_picture(samples, recipe.data.byte_range(), &training.dataset));
}

}  // namespace belamy
