#include "belamy/metrics/class_histogram.h"

#include <gtest/gtest.h>

#include <cmath>

#include "tests/metrics/tables.h"

namespace belamy {
namespace {

TEST(ClassHistogram, agrees_with_scipy) {
  const testing::MetricFixture fixture;
  EXPECT_NEAR(class_histogram_score(fixture.real, fixture.fake, 1).value, fixture.of("class_kl"),
              1e-12);
}

TEST(ClassHistogram, of_equal_shares_is_zero) {
  EXPECT_NEAR(class_histogram_kl({1, 2, 3}, {10, 20, 30}), 0, 1e-12);
}

// Nine of ten equal classes: p = 1/9 against 1/10.
TEST(ClassHistogram, a_dropped_class_costs_the_logarithm_of_what_is_left) {
  std::vector<double> generated(10, 100), data(10, 70);
  generated[3] = 0;
  EXPECT_NEAR(class_histogram_kl(generated, data), std::log(10.0 / 9), 1e-12);
}

TEST(ClassHistogram, stays_finite_for_a_class_that_the_data_lack) {
  const double divergence = class_histogram_kl({1, 1}, {10, 0});
  EXPECT_NEAR(divergence, 0.5 * std::log(0.5 / 1) + 0.5 * std::log(0.5 / 0.05), 1e-12);
}

TEST(ClassHistogram, interval_holds_the_divergence_of_a_collapse) {
  FeatureTable real = testing::table_of(at::zeros({100, 1}));
  real.labels = at::arange(100, at::kLong).remainder(4);
  FeatureTable fake = testing::table_of(at::zeros({400, 1}));
  std::vector<int64_t> classes(400);
  for (size_t i = 0; i < classes.size(); ++i) classes[i] = static_cast<int64_t>(i % 2);
  fake.logits = testing::sure_logits(classes, 4);
  const Score score = class_histogram_score(real, fake, 5);
  EXPECT_NEAR(score.value, std::log(2), 1e-12);
  EXPECT_LE(score.ci.low, score.ci.high);
  EXPECT_NEAR(score.ci.low, std::log(2), 0.02);
}

}  // namespace
}  // namespace belamy
