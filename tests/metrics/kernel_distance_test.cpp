#include "belamy/metrics/kernel_distance.h"

#include <gtest/gtest.h>

#include "tests/metrics/tables.h"
#include "tests/support/errors.h"

namespace belamy {
namespace {

using testing::normal_features;
using testing::table_of;

TEST(KernelDistance, agrees_with_numpy) {
  const testing::MetricFixture fixture;
  EXPECT_NEAR(kernel_distance(fixture.real.features, fixture.fake.features),
              fixture.of("kernel_distance"), 1e-6);
}

// x = {0, 2}, y = {1, 3} in one dimension: k(0, 2) = 1, k(1, 3) = 64, and across 1, 1, 27, 343.
TEST(KernelDistance, of_two_pairs_is_the_sum_worked_out_by_hand) {
  const at::Tensor x = at::tensor({0.0, 2.0}, at::kDouble).view({2, 1});
  const at::Tensor y = at::tensor({1.0, 3.0}, at::kDouble).view({2, 1});
  EXPECT_NEAR(kernel_distance(x, y), 1 + 64 - 2 * (1 + 1 + 27 + 343) / 4.0, 1e-12);
}

TEST(KernelDistance, of_one_distribution_is_zero_within_its_error) {
  const auto score = kernel_distance_score(table_of(normal_features(4000, 8, 1)),
                                           table_of(normal_features(4000, 8, 2)), 3);
  EXPECT_EQ(score.blocks, 5);
  EXPECT_GT(score.standard_error, 0);
  EXPECT_NEAR(score.score.value, 0, 4 * score.standard_error);
}

TEST(KernelDistance, of_shifted_distributions_is_far_beyond_its_error) {
  const auto score = kernel_distance_score(table_of(normal_features(3000, 8, 1)),
                                           table_of(normal_features(3000, 8, 2, 0.5)), 3);
  EXPECT_GT(score.score.value, 10 * score.standard_error);
  EXPECT_LT(score.score.ci.low, score.score.value);
  EXPECT_GT(score.score.ci.low, 0);
}

TEST(KernelDistance, three_images_are_refused) {
  testing::expect_error(ErrorKind::kData, {"at least 4", "got 3"}, [] {
    kernel_distance_score(table_of(normal_features(3, 2, 1)), table_of(normal_features(9, 2, 2)),
                          1);
  });
}

}  // namespace
}  // namespace belamy
