#include "belamy/health/diversity.h"

#include <gtest/gtest.h>

#include <cmath>

#include "tests/support/errors.h"

namespace belamy {
namespace {

using testing::error_of;

TEST(Diversity, distances_of_three_points_are_those_of_their_triangle) {
  const std::vector<float> points = {0, 0, 3, 0, 0, 4};
  EXPECT_EQ(pairwise_distances(points, 3), (std::vector<double>{3, 4, 5}));
}

TEST(Diversity, long_samples_are_compared_at_evenly_spaced_values) {
  std::vector<float> samples(2 * 3 * kComparedValues, 0.0f);
  for (size_t v = 0; v < 3 * kComparedValues; v += 3) samples[v] = 1;  // those that are looked at
  EXPECT_EQ(pairwise_distances(samples, 2), (std::vector<double>{std::sqrt(kComparedValues)}));
}

TEST(Diversity, samples_like_the_data_have_its_spread_and_few_twins) {
  std::vector<double> distances;
  for (int i = 1; i <= 100; ++i) distances.push_back(i);
  const Diversity same = compare_diversity(distances, distances);
  EXPECT_EQ(same.spread, 1);
  EXPECT_EQ(same.twins, kTwinShare);
}

TEST(Diversity, repeated_samples_are_twins) {
  std::vector<double> real;
  for (int i = 1; i <= 100; ++i) real.push_back(i);
  // Two samples, each repeated: of four, 2 of the 6 pairs are one and the same.
  const std::vector<double> generated = pairwise_distances(std::vector<float>{0, 0, 60, 60}, 4);
  const Diversity diversity = compare_diversity(real, generated);
  EXPECT_DOUBLE_EQ(diversity.twins, 2.0 / 6);
  EXPECT_DOUBLE_EQ(diversity.spread, (4 * 60.0 / 6) / 50.5);
}

TEST(Diversity, data_of_one_sample_leave_nothing_to_compare) {
  const std::vector<double> real = {0, 0, 0};
  EXPECT_EQ(compare_diversity(real, real).spread, 1);
}

TEST(Diversity, a_shift_is_measured_in_the_spread_of_the_batch) {
  // Values 1 and 3 scatter by 1 around their mean 2, which was 5.
  const std::vector<float> before = {5};
  EXPECT_DOUBLE_EQ(mean_shift(before, std::vector<float>{1, 3}, 2), 3);
  EXPECT_EQ(mean_shift(std::vector<float>{2}, std::vector<float>{2, 2}, 2), 0);
  EXPECT_TRUE(std::isinf(mean_shift(before, std::vector<float>{2, 2}, 2)));
}

TEST(Diversity, values_that_make_no_batch_are_refused) {
  const std::vector<float> values = {1, 2, 3};
  EXPECT_NE(error_of(ErrorKind::kShape, [&] { pairwise_distances(values, 2); }).find("3 values"),
            std::string::npos);
  error_of(ErrorKind::kShape, [&] { pairwise_distances(values, 1); });
  error_of(ErrorKind::kShape, [&] { mean_shift(std::vector<float>{1, 2}, values, 3); });
}

}  // namespace
}  // namespace belamy
