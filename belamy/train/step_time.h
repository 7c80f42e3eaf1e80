// How long a training step takes, and how much of the machine it uses.
#pragma once

#include <string>
#include <vector>

#include "belamy/core/profile.h"
#include "belamy/recipe/recipe.h"

namespace belamy {

struct StepTime {
  std::string recipe = {};
  int64_t batch = 0;
  Precision precision = Precision::kFp32;
  int threads = 0;
  double first_step_seconds = 0;  // from the start of the process to the end of the first step
  double step_ms = 0;             // median
  double images_per_second = 0;
  double samples_per_second = 0;         // of the generator in inference, in batches of 256
  double operations_per_second = 0;      // the arithmetic of a step / its time
  double peak_resident_mb = 0;           // of the process so far
  std::vector<ProfileRow> profile = {};  // of kProfiledSteps steps, when asked for
};

struct StepTimeOptions {
  int threads = 0;
  double seconds = 10;  // spent on steps, after warming up; a fifth of it more on sampling
  bool profile = false;
};

inline constexpr int kProfiledSteps = 20;

/// Trains the recipe on its own data without a run folder. Throws as train().
StepTime measure_step_time(const Recipe& recipe, const StepTimeOptions& options);

}  // namespace belamy
