// Where the time of a training goes: a table by stage, and a trace for Chrome's viewer.
#pragma once

#include <cstdint>
#include <vector>

#include "belamy/core/profile.h"
#include "belamy/train/monitor.h"

namespace belamy {

/// Profiles kSteps steps after kWarmUpSteps, then writes profile.json (chrome_trace) into the run
/// folder. A training that ends earlier leaves the profile of what it did.
class ProfileMonitor final : public Monitor {
 public:
  static constexpr int64_t kWarmUpSteps = 5;
  static constexpr int64_t kSteps = 100;

  void on_step(const TrainingView& training, const StepView& step) override;
  void on_end(const TrainingView& training) noexcept override;

  /// Rows of the profile and the number of steps it covers; none before it is complete.
  const std::vector<ProfileRow>& rows() const { return rows_; }
  int64_t steps() const { return steps_; }

 private:
  void finish(const TrainingView& training);

  bool recording_ = false;
  int64_t steps_ = 0;
  std::vector<ProfileRow> rows_;
};

}  // namespace belamy
