#include "belamy/health/diversity.h"

#include <algorithm>
#include <cmath>
#include <numeric>

#include "belamy/core/error.h"

namespace belamy {
namespace {

double mean(std::span<const double> values) {
  return std::accumulate(values.begin(), values.end(), 0.0) / static_cast<double>(values.size());
}

size_t stride_of(size_t values) {
  return (values + kComparedValues - 1) / kComparedValues;
}

void check(std::span<const float> samples, size_t count) {
  if (count < 2 || samples.empty() || samples.size() % count != 0) {
    fail(ErrorKind::kShape, "diversity needs two samples or more of one size, got {} values for {}",
         samples.size(), count);
  }
}

}  // namespace

std::vector<double> pairwise_distances(std::span<const float> samples, size_t count) {
  check(samples, count);
  const size_t values = samples.size() / count;
  const size_t stride = stride_of(values);
  std::vector<double> distances;
  distances.reserve(count * (count - 1) / 2);
  for (size_t i = 0; i < count; ++i) {
    for (size_t j = i + 1; j < count; ++j) {
      const float* a = samples.data() + i * values;
      const float* b = samples.data() + j * values;
      double sum = 0;
      for (size_t v = 0; v < values; v += stride) {
        const double difference = static_cast<double>(a[v]) - static_cast<double>(b[v]);
        sum += difference * difference;
      }
      distances.push_back(std::sqrt(sum));
    }
  }
  std::ranges::sort(distances);
  return distances;
}

Diversity compare_diversity(std::span<const double> real, std::span<const double> generated) {
  const auto place = static_cast<size_t>(kTwinShare * static_cast<double>(real.size()));
  const double near = real[std::min(place, real.size() - 1)];
  const auto closer = std::ranges::lower_bound(generated, near) - generated.begin();
  const double of_real = mean(real);
  return {of_real > 0 ? mean(generated) / of_real : 1,
          static_cast<double>(closer) / static_cast<double>(generated.size())};
}

std::vector<float> mean_sample(std::span<const float> samples, size_t count) {
  check(samples, count);
  const size_t values = samples.size() / count;
  std::vector<float> mean;
  for (size_t v = 0; v < values; v += stride_of(values)) {
    double sum = 0;
    for (size_t i = 0; i < count; ++i) sum += static_cast<double>(samples[i * values + v]);
    mean.push_back(static_cast<float>(sum / static_cast<double>(count)));
  }
  return mean;
}

double mean_shift(std::span<const float> before, std::span<const float> samples, size_t count) {
  const std::vector<float> now = mean_sample(samples, count);
  if (before.size() != now.size()) {
    fail(ErrorKind::kShape, "means to compare must be of one size, got {} and {} values",
         before.size(), now.size());
  }
  const size_t values = samples.size() / count;
  double shift = 0, variance = 0;
  for (size_t m = 0; m < now.size(); ++m) {
    const auto centre = static_cast<double>(now[m]);
    shift += std::pow(centre - static_cast<double>(before[m]), 2);
    for (size_t i = 0; i < count; ++i) {
      const float value = samples[i * values + m * stride_of(values)];
      variance += std::pow(static_cast<double>(value) - centre, 2);
    }
  }
  if (shift == 0) return 0;
  return std::sqrt(shift / (variance / static_cast<double>(count)));
}

}  // namespace belamy
