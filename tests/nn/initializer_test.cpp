#include "belamy/nn/initializer.h"

#include <ATen/ATen.h>
#include <gtest/gtest.h>

#include <cmath>

namespace belamy {
namespace {

constexpr Fans kFans{300, 500};

at::Tensor drawn(const InitializerOptions& initializer) {
  RandomStream random(11, "test");
  at::Tensor weights = at::empty({500, 300});
  initialize(weights, initializer, kFans, random);
  return weights;
}

double deviation(const at::Tensor& x) {
  return x.to(at::kDouble).std().item<double>();
}

TEST(Initializer, glorot_uniform_fills_its_interval) {
  const at::Tensor weights = drawn(GlorotUniform{});
  const double limit = std::sqrt(6.0 / 800);
  EXPECT_LE(weights.abs().max().item<double>(), limit * (1 + 1e-6));
  EXPECT_GT(weights.abs().max().item<double>(), 0.999 * limit);
  EXPECT_NEAR(deviation(weights), limit / std::sqrt(3.0), 3e-3 * limit);
}

TEST(Initializer, variance_scaling_has_the_variance_of_its_rule) {
  EXPECT_NEAR(deviation(drawn(GlorotNormal{})), std::sqrt(2.0 / 800), 3e-4);
  EXPECT_NEAR(deviation(drawn(HeNormal{})), std::sqrt(2.0 / 300), 3e-4);
  EXPECT_NEAR(deviation(drawn(HeUniform{})), std::sqrt(2.0 / 300), 3e-4);
  EXPECT_NEAR(deviation(drawn(LecunNormal{})), std::sqrt(1.0 / 300), 3e-4);
  EXPECT_NEAR(deviation(drawn(LecunUniform{})), std::sqrt(1.0 / 300), 3e-4);
}

TEST(Initializer, random_normal_has_mean_and_deviation) {
  const at::Tensor weights = drawn(RandomNormal{1.0, 0.02});
  EXPECT_NEAR(weights.mean().item<double>(), 1.0, 3e-4);
  EXPECT_NEAR(deviation(weights), 0.02, 2e-4);
}

TEST(Initializer, truncated_normal_stays_within_two_deviations) {
  EXPECT_LE(drawn(TruncatedNormal{0.0, 0.5}).abs().max().item<double>(), 1.0);
}

TEST(Initializer, equal_streams_give_equal_weights) {
  EXPECT_TRUE(at::equal(drawn(GlorotUniform{}), drawn(GlorotUniform{})));
}

}  // namespace
}  // namespace belamy
