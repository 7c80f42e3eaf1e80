#include "belamy/metrics/intra_class_frechet.h"

#include <ATen/ATen.h>

#include <algorithm>
#include <cmath>

#include "belamy/core/error.h"
#include "belamy/metrics/frechet_distance.h"

namespace belamy {
Score intra_class_frechet(const FeatureTable& real, const FeatureTable& fake, uint64_t seed) {
  const at::Tensor of_real = known_classes(real), of_fake = known_classes(fake);
  const int64_t classes = of_real.max().item<int64_t>() + 1;
  const auto real_rows = rows_by_class(of_real, classes),
             fake_rows = rows_by_class(of_fake, classes);
  double sum = 0, squared_reach = 0;
  for (int64_t c = 0; c < classes; ++c) {
    const auto& reals = real_rows[static_cast<size_t>(c)];
    const auto& fakes = fake_rows[static_cast<size_t>(c)];
    const auto fewest = static_cast<int64_t>(std::min(reals.size(), fakes.size()));
    constexpr int64_t kSpare = 2;  // a tenth may be left out for the interval
    if (fewest <= real.dimensions() * 10 / 9 + kSpare) {
      fail(ErrorKind::kData,
           "class {} has {} real and {} generated images, too few for a covariance of {} features; "
           "give more by --count, or leave out intra-fid",
           c, reals.size(), fakes.size(), real.dimensions());
    }
    const Score score = frechet_distance_score(real.rows(reals), fake.rows(fakes), seed);
    sum += score.value;
    squared_reach += std::pow(score.ci.high - score.value, 2);  // classes are independent
  }
  const auto n = static_cast<double>(classes);
  const double value = sum / n, reach = std::sqrt(squared_reach) / n;
  return {value, {value - reach, value + reach}};
}

}  // namespace belamy
