// The metrics by name.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "belamy/metrics/feature_table.h"
#include "belamy/metrics/score.h"

namespace belamy {

/// What metrics look at.
struct EvaluationInput {
  const FeatureTable* real = nullptr;      // the reference
  const FeatureTable* fake = nullptr;      // what is judged
  const FeatureTable* held_out = nullptr;  // real images that nothing was trained on; may be null
  uint64_t seed = 0;
};

struct Metric {
  const char* name;  // "fid"
  const char* help;
  bool needs_classes = false;
  bool needs_held_out = false;
  bool is_better_low = true;  // which end is good, where one is
  /// Throws as the metric's own function does.
  NamedScore (*score)(const EvaluationInput& input);
  bool needs_labels = false;  // what the judged images were made to show
};

/// In the order in which they are told.
const std::vector<Metric>& metrics();

/// Throws kUsage, naming the nearest or all, for a name that is none.
const Metric& find_metric(const std::string& name);

/// Metrics that compare neighbourhoods take at most that many images of a side, for they look at
/// every pair.
inline constexpr int64_t kMostNeighbors = 10'000;

}  // namespace belamy
