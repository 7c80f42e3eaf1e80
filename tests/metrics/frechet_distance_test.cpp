#include "belamy/metrics/frechet_distance.h"

#include <gtest/gtest.h>

#include "tests/metrics/tables.h"
#include "tests/support/errors.h"

namespace belamy {
namespace {

using testing::holds;
using testing::normal_features;
using testing::table_of;

Gaussian gaussian(std::vector<double> mean, std::vector<double> variances) {
  return {at::tensor(mean, at::kDouble), at::diag(at::tensor(variances, at::kDouble))};
}

TEST(FrechetDistance, agrees_with_scipy) {
  const testing::MetricFixture fixture;
  const double expected = fixture.of("frechet_distance");
  const Score score = frechet_distance_score(fixture.real, fixture.fake, 1);
  EXPECT_NEAR(score.value, expected, 1e-6 * expected);  // features are float32
  EXPECT_TRUE(holds(score.ci, score.value));
}

// (m1 - m2)² + (s1 - s2)² in each dimension.
TEST(FrechetDistance, of_independent_gaussians_is_the_closed_form) {
  const Gaussian a = gaussian({0, 1, 2}, {1, 4, 9}), b = gaussian({1, 1, 0}, {4, 4, 1});
  EXPECT_NEAR(frechet_distance(a, b), (1 + 0 + 4) + (1 + 0 + 4), 1e-12);
  EXPECT_NEAR(frechet_distance(b, a), 10, 1e-12);
}

TEST(FrechetDistance, of_commuting_full_covariances_is_the_difference_of_their_roots) {
  const at::Tensor turn = at::tensor({0.6, -0.8, 0.8, 0.6}, at::kDouble).view({2, 2});
  const auto turned = [&](double x, double y) {
    const at::Tensor diagonal = at::diag(at::tensor({x, y}, at::kDouble));
    return Gaussian{at::zeros({2}, at::kDouble), at::matmul(at::matmul(turn, diagonal), turn.t())};
  };
  EXPECT_NEAR(frechet_distance(turned(9, 1), turned(1, 16)), 4 + 9, 1e-12);
}

TEST(FrechetDistance, of_a_set_and_itself_is_zero_even_where_features_are_dead) {
  at::Tensor features = normal_features(200, 6, 3);
  features.select(1, 2).zero_();
  features.select(1, 4).copy_(features.select(1, 0));
  const Gaussian fitted = fit_gaussian(features);
  EXPECT_NEAR(frechet_distance(fitted, fitted), 0, 1e-6);
}

TEST(FrechetDistance, interval_holds_the_distance_of_shifted_samples) {
  const FeatureTable real = table_of(normal_features(20'000, 3, 1));
  const FeatureTable fake = table_of(normal_features(5'000, 3, 2, 0.5));
  const Score score = frechet_distance_score(real, fake, 1);
  EXPECT_TRUE(holds(score.ci, 3 * 0.25)) << score.ci.low << " " << score.ci.high;
  EXPECT_LT(score.ci.high - score.ci.low, 0.2);
}

TEST(FrechetDistance, too_few_images_for_a_covariance_are_refused) {
  testing::expect_error(ErrorKind::kData, {"8 features", "got 8", "--count"},
                        [] { fit_gaussian(normal_features(8, 8, 1)); });
  testing::expect_error(ErrorKind::kData, {"8 features", "got 9", "--count"}, [] {
    frechet_distance_score(table_of(normal_features(50, 8, 1)), table_of(normal_features(9, 8, 2)),
                           1);
  });
}

}  // namespace
}  // namespace belamy
