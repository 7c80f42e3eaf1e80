#include "belamy/image/ticks.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>

namespace belamy {
namespace {

using ::testing::ElementsAre;

std::vector<std::string> labels_of(const std::vector<Tick>& ticks) {
  std::vector<std::string> labels;
  for (const Tick& tick : ticks) labels.push_back(tick.label);
  return labels;
}

TEST(LinearTicks, are_multiples_of_1_2_or_5_and_labelled_as_short_as_can_be) {
  EXPECT_THAT(labels_of(linear_ticks(0, 1, 5)),
              ElementsAre("0", "0.2", "0.4", "0.6", "0.8", "1.0"));
  EXPECT_THAT(labels_of(linear_ticks(-0.73, 0.6, 4)), ElementsAre("-0.5", "0", "0.5"));
  EXPECT_THAT(labels_of(linear_ticks(0, 20000, 4)), ElementsAre("0", "5k", "10k", "15k", "20k"));
  EXPECT_THAT(labels_of(linear_ticks(0, 9000, 4)), ElementsAre("0", "5000"));
  EXPECT_THAT(labels_of(linear_ticks(9'990'000, 10'010'000, 4)),
              ElementsAre("9.990M", "9.995M", "10.000M", "10.005M", "10.010M"));
  EXPECT_THAT(labels_of(linear_ticks(0, 6e-5, 3)), ElementsAre("0", "2e-5", "4e-5", "6e-5"));
  EXPECT_THAT(labels_of(linear_ticks(-1e20, 1e20, 2)), ElementsAre("-1e20", "0", "1e20"));
}

TEST(LinearTicks, lie_within_the_axis_with_equal_gaps_and_different_labels) {
  for (double low : {-3e9, -7.3, -1e-7, 0.0, 0.0312, 12345.678}) {
    for (double extent : {1e-6, 0.017, 1.0, 9.99, 4321.0, 8e9}) {
      const double high = low + extent;
      const auto ticks = linear_ticks(low, high, 6);
      if (std::abs(low) > 1e5 * extent) continue;  // labels are cut at 15 digits
      ASSERT_GE(ticks.size(), 2u) << low << ".." << high;
      ASSERT_LE(ticks.size(), 13u) << low << ".." << high;
      const double gap = ticks[1].place - ticks[0].place;
      for (size_t i = 0; i < ticks.size(); ++i) {
        EXPECT_GE(ticks[i].place, low - 1e-6 * gap);
        EXPECT_LE(ticks[i].place, high + 1e-6 * gap);
        if (i == 0) continue;
        EXPECT_NEAR(ticks[i].place - ticks[i - 1].place, gap, 1e-6 * gap);
        EXPECT_NE(ticks[i].label, ticks[i - 1].label);
      }
    }
  }
}

TEST(LogTicks, are_powers_of_ten_thinned_where_there_are_many) {
  EXPECT_THAT(labels_of(log_ticks(0.0005, 200, 8)),
              ElementsAre("0.001", "0.01", "0.1", "1", "10", "100"));
  EXPECT_THAT(labels_of(log_ticks(1, 1e5, 8)),
              ElementsAre("1", "10", "100", "1000", "10k", "100k"));
  EXPECT_THAT(labels_of(log_ticks(1e-12, 1e12, 6)),
              ElementsAre("1e-10", "1e-5", "1", "100k", "10G"));
}

TEST(LogTicks, are_parted_where_there_are_few_and_linear_within_a_decade) {
  EXPECT_THAT(labels_of(log_ticks(0.8, 60, 6)), ElementsAre("1", "2", "5", "10", "20", "50"));
  EXPECT_THAT(labels_of(log_ticks(0.05, 0.9, 6)), ElementsAre("0.05", "0.1", "0.2", "0.5"));
  EXPECT_THAT(labels_of(log_ticks(2, 4, 4)), ElementsAre("2.0", "2.5", "3.0", "3.5", "4.0"));
}

}  // namespace
}  // namespace belamy
