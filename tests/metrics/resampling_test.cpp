#include "belamy/metrics/resampling.h"

#include <gtest/gtest.h>

#include <cmath>
#include <numeric>
#include <set>

#include "tests/metrics/tables.h"

namespace belamy {
namespace {

std::vector<double> normal_values(size_t count, uint64_t seed) {
  RandomStream random(seed, "test values");
  std::vector<double> values(count);
  for (double& value : values) value = random.normal();
  return values;
}

TEST(Resampling, bootstrap_of_a_mean_is_as_wide_as_the_normal_theory_says) {
  const Interval interval = bootstrap_mean(normal_values(400, 1), 2);
  EXPECT_NEAR(interval.high - interval.low, 2 * 1.96 / std::sqrt(400), 0.03);
}

TEST(Resampling, jackknife_of_a_mean_holds_the_truth_about_as_often_as_it_says) {
  int held = 0;
  constexpr int kTrials = 200;
  for (uint64_t trial = 0; trial < kTrials; ++trial) {
    const std::vector<double> values = normal_values(100, trial);
    const auto mean = [&](std::span<const int64_t> indices) {
      double sum = 0;
      for (const int64_t i : indices) sum += values[static_cast<size_t>(i)];
      return sum / static_cast<double>(indices.size());
    };
    const std::vector<int64_t> all = random_subset(100, 100, 0);
    const Interval interval = grouped_jackknife(100, mean(all), mean, trial);
    held += interval.low <= 0 && 0 <= interval.high ? 1 : 0;
  }
  EXPECT_NEAR(static_cast<double>(held) / kTrials, 0.95, 0.05);
}

TEST(Resampling, equal_seeds_give_equal_intervals) {
  const std::vector<double> values = normal_values(50, 1);
  EXPECT_EQ(bootstrap_mean(values, 3).low, bootstrap_mean(values, 3).low);
  EXPECT_NE(bootstrap_mean(values, 3).low, bootstrap_mean(values, 4).low);
}

TEST(Resampling, quantiles_of_students_t_agree_with_scipy) {
  const testing::MetricFixture fixture;
  for (const auto& [degrees, expected] : fixture.expected.at("t_quantiles").items()) {
    EXPECT_NEAR(t_quantile(std::stoll(degrees)), expected.get<double>(), 1e-3) << degrees;
  }
}

TEST(Resampling, standard_error_is_the_deviation_over_the_root_of_the_count) {
  const std::vector<double> blocks = {1, 2, 3, 4};
  EXPECT_NEAR(standard_error(blocks), std::sqrt(5.0 / 3 / 4), 1e-12);
}

TEST(Resampling, a_subset_has_each_number_once_in_rising_order) {
  const std::vector<int64_t> subset = random_subset(50, 20, 7);
  EXPECT_EQ(std::set<int64_t>(subset.begin(), subset.end()).size(), 20u);
  EXPECT_TRUE(std::ranges::is_sorted(subset));
  EXPECT_GE(subset.front(), 0);
  EXPECT_LT(subset.back(), 50);
  EXPECT_NE(subset, random_subset(50, 20, 8));
}

}  // namespace
}  // namespace belamy
