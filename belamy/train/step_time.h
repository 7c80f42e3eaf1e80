// How long a training step takes, and how much of the machine it uses.
#pragma once

#include <string>
#include <vector>

#include "belamy/core/profile.h"
#include "belamy/recipe/recipe.h"

namespace belamy {

struct StepTime {
  std::string recipe;
  int64_t batch = 0;
  Precision precision = Precision::kFp32;
  int threads = 0;
  double step_ms = 0;  // median
  double images_per_second = 0;
  double peak_share = 0;            // arithmetic of the step / time / peak rate
  std::vector<ProfileRow> profile;  // of kProfiledSteps steps, when asked for
};

struct StepTimeOptions {
  int threads = 0;
  double seconds = 10;   // spent measuring, after warming up
  double peak_rate = 0;  // floating-point operations a second; 0: the share is left at 0
  bool profile = false;
};

inline constexpr int kProfiledSteps = 20;

/// Trains the recipe on its own data without a run folder. Throws as train().
StepTime measure_step_time(const Recipe& recipe, const StepTimeOptions& options);

/// The best rate of a bf16 or fp32 matrix product or convolution, in operations a second.
double measure_peak_rate();

}  // namespace belamy
