#include "belamy/metrics/resampling.h"

#include <algorithm>
#include <cmath>
#include <numeric>

#include "belamy/core/rng.h"

namespace belamy {
namespace {

// Between the two nearest of sorted values, as numpy.quantile does.
double quantile(const std::vector<double>& sorted, double share) {
  const double place = share * static_cast<double>(sorted.size() - 1);
  const auto below = static_cast<size_t>(place);
  const size_t above = std::min(below + 1, sorted.size() - 1);
  const double part = place - static_cast<double>(below);
  return (1 - part) * sorted[below] + part * sorted[above];
}

double mean_of(std::span<const double> values) {
  return std::accumulate(values.begin(), values.end(), 0.0) / static_cast<double>(values.size());
}

}  // namespace

Interval bootstrap(int64_t count, const Statistic& statistic, uint64_t seed, int resamples) {
  RandomStream random(seed, "bootstrap");
  std::vector<int64_t> drawn(static_cast<size_t>(count));
  std::vector<double> values;
  for (int i = 0; i < resamples; ++i) {
    for (int64_t& index : drawn) {
      index = static_cast<int64_t>(random.below(static_cast<uint64_t>(count)));
    }
    values.push_back(statistic(drawn));
  }
  std::ranges::sort(values);
  return {quantile(values, 0.025), quantile(values, 0.975)};
}

Interval bootstrap_mean(std::span<const double> values, uint64_t seed) {
  const auto mean = [&](std::span<const int64_t> indices) {
    double sum = 0;
    for (const int64_t index : indices) sum += values[static_cast<size_t>(index)];
    return sum / static_cast<double>(indices.size());
  };
  return bootstrap(static_cast<int64_t>(values.size()), mean, seed);
}

Interval grouped_jackknife(int64_t count, double value, const Statistic& statistic, uint64_t seed) {
  const int64_t groups = std::min(kJackknifeGroups, count);
  const std::vector<int64_t> order = random_order(count, seed, "jackknife");
  std::vector<double> without;
  for (int64_t group = 0; group < groups; ++group) {
    std::vector<int64_t> kept;
    for (int64_t i = 0; i < count; ++i) {
      if (i % groups != group) kept.push_back(order[static_cast<size_t>(i)]);
    }
    std::ranges::sort(kept);
    without.push_back(statistic(kept));
  }
  const double mean = mean_of(without);
  double squares = 0;
  for (const double one : without) squares += (one - mean) * (one - mean);
  const auto g = static_cast<double>(groups);
  const double reach = t_quantile(groups - 1) * std::sqrt((g - 1) / g * squares);
  return {value - reach, value + reach};
}

Interval t_interval(double value, std::span<const double> blocks) {
  const double reach = t_quantile(static_cast<int64_t>(blocks.size()) - 1) * standard_error(blocks);
  return {value - reach, value + reach};
}

double standard_error(std::span<const double> blocks) {
  const double mean = mean_of(blocks);
  const auto n = static_cast<double>(blocks.size());
  double squares = 0;
  for (const double one : blocks) squares += (one - mean) * (one - mean);
  return std::sqrt(squares / (n - 1) / n);
}

double t_quantile(int64_t degrees) {
  constexpr double kTable[] = {12.706, 4.303, 3.182, 2.776, 2.571, 2.447, 2.365,
                               2.306,  2.262, 2.228, 2.201, 2.179, 2.160, 2.145,
                               2.131,  2.120, 2.110, 2.101, 2.093, 2.086};
  constexpr auto kEntries = static_cast<int64_t>(std::size(kTable));
  if (degrees <= kEntries) return kTable[std::max<int64_t>(degrees, 1) - 1];
  // Cornish and Fisher's expansion, within 1e-3 from there on.
  constexpr double z = 1.959964;
  constexpr double z3 = z * z * z, z5 = z3 * z * z;
  const auto n = static_cast<double>(degrees);
  return z + (z3 + z) / (4 * n) + (5 * z5 + 16 * z3 + 3 * z) / (96 * n * n);
}

std::vector<int64_t> random_order(int64_t count, uint64_t seed, const std::string& name) {
  RandomStream random(seed, name);
  std::vector<int64_t> order(static_cast<size_t>(count));
  std::iota(order.begin(), order.end(), 0);
  for (size_t i = order.size(); i > 1; --i) std::swap(order[i - 1], order[random.below(i)]);
  return order;
}

std::vector<int64_t> random_subset(int64_t count, int64_t size, uint64_t seed) {
  std::vector<int64_t> order = random_order(count, seed, "subset");
  order.resize(static_cast<size_t>(std::min(count, size)));
  std::ranges::sort(order);
  return order;
}

}  // namespace belamy
