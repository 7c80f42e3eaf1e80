#include "belamy/train/sample_monitor.h"

#include "belamy/core/rng.h"
#include "belamy/image/png.h"
#include "belamy/sampling/draw.h"

namespace belamy {

void SampleMonitor::on_start(const TrainingView& training) {
  if (training.first_step == 0 && training.run.recipe().train.sample_every > 0)
    make_grid(training, 0);
}

void SampleMonitor::on_step(const TrainingView& training, const StepView& step) {
  const int64_t every = training.run.recipe().train.sample_every;
  if (every == 0) return;
  if (step.step % every == 0 || step.step == training.total_steps) make_grid(training, step.step);
}

void SampleMonitor::make_grid(const TrainingView& training, int64_t step) const {
  const Recipe& recipe = training.run.recipe();
  RandomStream fixed(static_cast<uint64_t>(recipe.train.seed), "fixed samples");
  const Samples samples =
      draw_sheet(training.game, recipe.train.sample_count, fixed, training.dataset);
  const Image grid = samples_picture(samples, recipe.data.byte_range(), &training.dataset);
  write_png(training.run.samples_folder() / (step_name(step) + ".png"), grid);
  listener_(step, grid);
}

}  // namespace belamy
