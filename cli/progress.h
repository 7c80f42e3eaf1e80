// Progress of a training on standard error: a bar on a terminal, plain lines elsewhere.
#pragma once

#include <string>

#include "belamy/train/monitor.h"

namespace belamy::cli {

class ProgressMonitor final : public Monitor {
 public:
  ProgressMonitor();

  void on_start(const TrainingView& training) override;
  void on_step(const TrainingView& training, const StepView& step) override;
  void on_end(const TrainingView& training) noexcept override;

  /// A line of its own, above the bar.
  void tell(const std::string& text);

 private:
  void draw_bar(const TrainingView& training, const StepView& step);

  bool terminal_;
  std::string bar_;       // as it was last drawn
  double drawn_at_ = -1;  // seconds
  double rate_ = 0;       // steps a second, smoothed
  double rate_at_ = 0;
  int64_t rate_step_ = 0;
};

/// "1:02:03" or "02:03"
std::string clock_text(double seconds);

}  // namespace belamy::cli
