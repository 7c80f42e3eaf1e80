#include "belamy/metrics/class_mean.h"

#include <ATen/ATen.h>

#include <cmath>

namespace belamy {

Score mean_over_classes(const FeatureTable& real, const FeatureTable& fake,
                        const ClassScore& score) {
  const at::Tensor of_real = known_classes(real), of_fake = known_classes(fake);
  const int64_t classes = of_real.max().item<int64_t>() + 1;
  const auto real_rows = rows_by_class(of_real, classes),
             fake_rows = rows_by_class(of_fake, classes);
  double sum = 0, squared_reach = 0;
  for (int64_t c = 0; c < classes; ++c) {
    const Score of_class =
        score(c, real_rows[static_cast<size_t>(c)], fake_rows[static_cast<size_t>(c)]);
    sum += of_class.value;
    squared_reach += std::pow(of_class.ci.high - of_class.value, 2);
  }
  const auto n = static_cast<double>(classes);
  const double value = sum / n, reach = std::sqrt(squared_reach) / n;
  return {value, {value - reach, value + reach}};
}

}  // namespace belamy
