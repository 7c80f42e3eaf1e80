// samples/step_NNNNNNN.png: the same latent vectors through the generator as it learns.
#pragma once

#include "belamy/train/monitor.h"

namespace belamy {

class SampleMonitor final : public Monitor {
 public:
  void on_start(const TrainingView& training) override;
  void on_step(const TrainingView& training, const StepView& step) override;

 private:
  static void write(const TrainingView& training, int64_t step);
};

}  // namespace belamy
