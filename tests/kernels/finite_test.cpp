#include "belamy/kernels/finite.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <limits>

#include "tests/kernels/kernel_testing.h"

namespace belamy::kernels {
namespace {

constexpr float kInfinity = std::numeric_limits<float>::infinity();
constexpr float kNan = std::numeric_limits<float>::quiet_NaN();

TEST(AllFinite, holds_for_finite_values_of_any_size) {
  constexpr float kLargest = std::numeric_limits<float>::max();
  constexpr float kSmallest = std::numeric_limits<float>::denorm_min();
  for_each_case([](size_t size, size_t offset) {
    Buffer<float> values(size, offset);
    for (size_t i = 0; i < size; ++i) {
      values.data()[i] = i % 3 == 0 ? kLargest : i % 3 == 1 ? -kLargest : -kSmallest;
    }
    EXPECT_TRUE(all_finite(values.data(), size));
  });
}

TEST(AllFinite, one_value_anywhere_is_found) {
  for_each_case([](size_t size, size_t offset) {
    Buffer<float> values(std::vector<float>(size, 1.0f), offset);
    for (size_t at = 0; at<size; at += size> 1000 ? 9973 : 1) {
      for (const float bad : {kInfinity, -kInfinity, kNan, -kNan}) {
        values.data()[at] = bad;
        ASSERT_FALSE(all_finite(values.data(), size)) << bad << " at " << at;
      }
      values.data()[at] = 1.0f;
    }
  });
}

TEST(AllFinite, what_lies_outside_does_not_matter) {
  for_each_simd_target([] {
    std::vector<float> values(100, kNan);
    std::fill(values.begin() + 20, values.begin() + 57, 0.5f);
    EXPECT_TRUE(all_finite(values.data() + 20, 37));
    EXPECT_FALSE(all_finite(values.data() + 20, 38));
  });
}

}  // namespace
}  // namespace belamy::kernels
