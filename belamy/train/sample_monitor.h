// samples/step_NNNNNNN.png: the same latent vectors through the generator as it learns.
#pragma once

#include <functional>

#include "belamy/image/image.h"
#include "belamy/train/monitor.h"

namespace belamy {

/// Who else wants a grid.
using GridListener = std::function<void(int64_t step, const Image& grid)>;

class SampleMonitor final : public Monitor {
 public:
  explicit SampleMonitor(GridListener listener = [](int64_t, const Image&) {})
      : listener_(std::move(listener)) {}

  void on_start(const TrainingView& training) override;
  void on_step(const TrainingView& training, const StepView& step) override;

 private:
  void make_grid(const TrainingView& training, int64_t step) const;

  GridListener listener_;
};

}  // namespace belamy
