#include "belamy/metrics/class_consistency.h"

#include <ATen/ATen.h>

#include <vector>

#include "belamy/core/error.h"
#include "belamy/metrics/resampling.h"

namespace belamy {

Score class_consistency(const FeatureTable& fake, uint64_t seed) {
  if (!fake.labels.defined()) {
    fail(ErrorKind::kUsage,
         "class-consistency asks whether images show the class they were made for, and these were "
         "made for none; judge a run with game.condition, or a folder with a folder of pictures a "
         "class");
  }
  const at::Tensor hits = (predicted_classes(fake) == fake.labels).to(at::kDouble).contiguous();
  const auto* hit = hits.data_ptr<double>();
  return {hits.mean().item<double>(), bootstrap_mean({hit, hit + hits.numel()}, seed)};
}

}  // namespace belamy
