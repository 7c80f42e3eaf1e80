#include "belamy/metrics/intra_class_frechet.h"

#include <ATen/ATen.h>

#include <algorithm>

#include "belamy/core/error.h"
#include "belamy/metrics/class_mean.h"
#include "belamy/metrics/frechet_distance.h"

namespace belamy {

Score intra_class_frechet(const FeatureTable& real, const FeatureTable& fake, uint64_t seed) {
  using Rows = std::vector<int64_t>;
  return mean_over_classes(real, fake, [&](int64_t label, const Rows& reals, const Rows& fakes) {
    const auto fewest = static_cast<int64_t>(std::min(reals.size(), fakes.size()));
    constexpr int64_t kSpare = 2;  // a tenth may be left out for the interval
    if (fewest <= real.dimensions() * 10 / 9 + kSpare) {
      fail(ErrorKind::kData,
           "class {} has {} real and {} generated images, too few for a covariance of {} features; "
           "give more by --count, or leave out intra-fid",
           label, reals.size(), fakes.size(), real.dimensions());
    }
    return frechet_distance_score(real.rows(reals), fake.rows(fakes), seed);
  });
}

}  // namespace belamy
