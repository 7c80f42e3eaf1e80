#include "belamy/metrics/class_histogram.h"

#include <ATen/ATen.h>

#include <algorithm>
#include <cmath>
#include <numeric>

#include "belamy/metrics/resampling.h"

namespace belamy {
namespace {

std::vector<double> class_counts(const at::Tensor& classes, int64_t count) {
  const at::Tensor counts = at::bincount(classes, {}, count).to(at::kDouble).contiguous();
  const auto* data = counts.data_ptr<double>();
  return {data, data + counts.numel()};
}

}  // namespace

double class_histogram_kl(const std::vector<double>& generated, const std::vector<double>& data) {
  constexpr double kUnseen = 0.5;
  const double total_generated = std::accumulate(generated.begin(), generated.end(), 0.0);
  const double total_data = std::accumulate(data.begin(), data.end(), 0.0);
  double divergence = 0;
  for (size_t i = 0; i < generated.size(); ++i) {
    if (generated[i] == 0) continue;
    const double p = generated[i] / total_generated;
    const double in_data = i < data.size() ? data[i] : 0;
    divergence += p * std::log(p / (std::max(in_data, kUnseen) / total_data));
  }
  return divergence;
}

Score class_histogram_score(const FeatureTable& real, const FeatureTable& fake, uint64_t seed) {
  const at::Tensor classes = predicted_classes(fake).contiguous();
  const int64_t most = fake.logits.size(1);
  const std::vector<double> data = class_counts(known_classes(real), most);
  const auto* of = classes.data_ptr<int64_t>();
  const auto resampled = [&](std::span<const int64_t> drawn) {
    std::vector<double> counts(static_cast<size_t>(most));
    for (const int64_t index : drawn) ++counts[static_cast<size_t>(of[index])];
    return class_histogram_kl(counts, data);
  };
  return {class_histogram_kl(class_counts(classes, most), data),
          bootstrap(fake.count(), resampled, seed)};
}

}  // namespace belamy
