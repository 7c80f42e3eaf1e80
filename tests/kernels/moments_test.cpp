#include "belamy/kernels/moments.h"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <utility>

#include "tests/kernels/kernel_testing.h"

namespace belamy::kernels {
namespace {

Moments reference(std::span<const float> values) {
  if (values.empty()) return {};
  long double sum = 0, squares = 0;
  for (const float value : values) sum += value;
  const long double mean = sum / static_cast<long double>(values.size());
  for (const float value : values) squares += (value - mean) * (value - mean);
  const long double variance = squares / static_cast<long double>(values.size());
  return {static_cast<double>(mean), static_cast<double>(std::sqrt(variance))};
}

TEST(Moments, are_those_of_two_passes_in_long_double) {
  for_each_case([](size_t size, size_t offset) {
    // Far from zero, where the sum of squares minus the square of the sum would lose everything.
    const auto values = some_floats(size, 4000.0f, 4001.0f, "values");
    Buffer<float> in(values, offset);
    const Moments got = moments(in.data(), size), expected = reference(values);
    EXPECT_NEAR(got.mean, expected.mean, 1.2e-11);
    EXPECT_NEAR(got.standard_deviation, expected.standard_deviation, 1.2e-11);
  });
}

TEST(Moments, of_none_are_zero_and_of_one_have_no_spread) {
  const float value = 3.5f;
  EXPECT_EQ(moments(nullptr, 0).mean, 0.0);
  EXPECT_EQ(moments(nullptr, 0).standard_deviation, 0.0);
  EXPECT_EQ(moments(&value, 1).mean, 3.5);
  EXPECT_EQ(moments(&value, 1).standard_deviation, 0.0);
}

TEST(Moments, a_value_that_is_not_finite_makes_them_nan) {
  for (const float bad :
       {std::numeric_limits<float>::quiet_NaN(), std::numeric_limits<float>::infinity()}) {
    std::vector<float> values(100003, 1.0f);
    values[50001] = bad;
    EXPECT_TRUE(std::isnan(moments(values.data(), values.size()).standard_deviation));
  }
}

TEST(Moments, threads_change_nothing) {
  const auto values = some_floats(100003, -1.0f, 2.0f, "values");
  expect_same_with_one_and_two_threads([&] {
    const Moments got = moments(values.data(), values.size());
    return std::pair(got.mean, got.standard_deviation);
  });
}

}  // namespace
}  // namespace belamy::kernels
