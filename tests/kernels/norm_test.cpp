#include "belamy/kernels/norm.h"

#include <cmath>
#include <limits>

#include "tests/kernels/kernel_testing.h"

namespace belamy::kernels {
namespace {

TEST(Norm, the_sum_of_squares_is_that_in_long_double) {
  for_each_case([](size_t size, size_t offset) {
    const auto values = some_floats(size, -3.0f, 5.0f, "values");
    Buffer<float> in(values, offset);
    long double expected = 0;
    for (const float value : values) expected += static_cast<long double>(value) * value;
    const double got = sum_of_squares(in.data(), size);
    EXPECT_NEAR(got, static_cast<double>(expected), 1e-14 * static_cast<double>(expected));
  });
}

TEST(Norm, a_value_that_is_not_finite_shows) {
  std::vector<float> values(100003, 1.0f);
  values[70001] = std::numeric_limits<float>::quiet_NaN();
  EXPECT_FALSE(std::isfinite(sum_of_squares(values.data(), values.size())));
}

TEST(Norm, scaling_multiplies_each_value_once) {
  for_each_case([](size_t size, size_t offset) {
    const auto values = some_floats(size, -3.0f, 5.0f, "values");
    Buffer<float> in(values, offset);
    scale(in.data(), size, 0.3f);
    for (size_t i = 0; i < size; ++i) ASSERT_EQ(in.data()[i], values[i] * 0.3f) << i;
  });
}

TEST(Norm, threads_change_nothing) {
  const auto values = some_floats(100003, -1.0f, 2.0f, "values");
  expect_same_with_one_and_two_threads(
      [&] { return sum_of_squares(values.data(), values.size()); });
}

}  // namespace
}  // namespace belamy::kernels
