#include "belamy/image/axes.h"

#include <gtest/gtest.h>

#include <cmath>

#include "tests/support/errors.h"

namespace belamy {
namespace {

using testing::expect_error;

AxisOptions axis_of(Scale scale, std::optional<double> low = {}, std::optional<double> high = {}) {
  return {"loss", scale, low, high};
}

Axis axis_over(const AxisOptions& options, const std::vector<double>& values, double margin = 0) {
  Extent extent(options);
  extent.include(values);
  return {options, extent, margin};
}

TEST(Extent, leaves_out_what_cannot_be_shown) {
  Extent linear(axis_of(Scale::kLinear));
  linear.include(std::vector<double>{NAN, -2, INFINITY, 5, 1e305});
  EXPECT_EQ(linear.low(), -2);
  EXPECT_EQ(linear.high(), 5);
  Extent log(axis_of(Scale::kLog));
  log.include(std::vector<double>{0, -3});
  EXPECT_TRUE(log.is_empty());
  log.include(0.5);
  EXPECT_FALSE(log.is_empty());
}

TEST(Axis, goes_from_the_least_to_the_largest_value_with_the_margin_around) {
  const Axis tight = axis_over(axis_of(Scale::kLinear), {10, 30});
  EXPECT_DOUBLE_EQ(tight.share(10), 0);
  EXPECT_DOUBLE_EQ(tight.share(15), 0.25);
  EXPECT_DOUBLE_EQ(tight.share(30), 1);
  const Axis loose = axis_over(axis_of(Scale::kLinear), {0, 10}, 0.1);
  EXPECT_NEAR(loose.share(-1), 0, 1e-12);
  EXPECT_NEAR(loose.share(11), 1, 1e-12);
}

TEST(Axis, a_log_scale_gives_each_decade_the_same_room) {
  const Axis axis = axis_over(axis_of(Scale::kLog), {0.01, 100});
  EXPECT_NEAR(axis.share(0.1), 0.25, 1e-12);
  EXPECT_NEAR(axis.share(1), 0.5, 1e-12);
  EXPECT_TRUE(std::isnan(axis.share(0)));
  EXPECT_TRUE(std::isnan(axis.share(-1)));
}

TEST(Axis, ends_that_are_given_hold_whatever_the_data) {
  const Axis axis = axis_over(axis_of(Scale::kLinear, 0.0, 1.0), {-5, 5}, 0.1);
  EXPECT_DOUBLE_EQ(axis.share(0.5), 0.5);
  const Axis low = axis_over(axis_of(Scale::kLinear, 0.0), {1, 4});
  EXPECT_DOUBLE_EQ(low.share(2), 0.5);
  const Axis above = axis_over(axis_of(Scale::kLinear, 10.0), {1, 4});
  EXPECT_EQ(above.share(10), 0) << "an end beyond the data still gives an axis";
  EXPECT_LT(above.share(4), 0);
}

TEST(Axis, a_constant_lies_in_the_middle) {
  for (const double value : {0.0, 0.5, -3.0, 1e9}) {
    EXPECT_NEAR(axis_over(axis_of(Scale::kLinear), {value, value}).share(value), 0.5, 1e-9);
  }
  EXPECT_NEAR(axis_over(axis_of(Scale::kLog), {0.3}).share(0.3), 0.5, 1e-9);
}

TEST(Axis, without_data_has_ticks_only_between_given_ends) {
  EXPECT_TRUE(axis_over(axis_of(Scale::kLinear), {}).ticks(5).empty());
  EXPECT_FALSE(axis_over(axis_of(Scale::kLinear, 0.0, 1.0), {}).ticks(5).empty());
}

TEST(Axis, ends_out_of_order_or_off_the_scale_are_refused_with_the_axis_name) {
  expect_error(ErrorKind::kUsage, {"'loss'", "low < high", "2..1"},
               [] { axis_over(axis_of(Scale::kLinear, 2.0, 1.0), {}); });
  expect_error(ErrorKind::kUsage, {"'loss'", "positive", "0"},
               [] { axis_over(axis_of(Scale::kLog, 0.0), {1}); });
  expect_error(ErrorKind::kUsage, {"'loss'", "finite"},
               [] { axis_over(axis_of(Scale::kLinear, NAN), {1}); });
}

TEST(SeriesColour, neighbours_differ_and_the_list_starts_again) {
  for (size_t i = 0; i < 6; ++i) EXPECT_NE(series_colour(i), series_colour(i + 1));
  EXPECT_EQ(series_colour(0), series_colour(7));
}

}  // namespace
}  // namespace belamy
