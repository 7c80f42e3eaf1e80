#include "belamy/kernels/bytes.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <limits>

#include "belamy/core/error.h"
#include "tests/kernels/kernel_testing.h"

namespace belamy::kernels {
namespace {

constexpr float kInfinity = std::numeric_limits<float>::infinity();
constexpr float kNan = std::numeric_limits<float>::quiet_NaN();

struct Range {
  float low, high;
};
constexpr Range kRanges[] = {{0.0f, 1.0f}, {-1.0f, 1.0f}, {0.0f, 255.0f}, {-0.3f, 0.7f}};

std::vector<uint8_t> some_bytes(size_t size) {
  std::vector<uint8_t> bytes(size);
  for (size_t i = 0; i < size; ++i) bytes[i] = static_cast<uint8_t>(255 - i * 7);
  return bytes;
}

TEST(Bytes, become_floats_within_the_stated_tolerance) {
  for (const auto& range : kRanges) {
    const float low = range.low, high = range.high;
    const double tolerance = 2.5e-7 * std::max(std::abs(low), std::abs(high));
    for_each_case([&](size_t size, size_t offset) {
      Buffer<uint8_t> in(some_bytes(size), offset);
      Buffer<float> out(size, offset);
      bytes_to_floats(in.data(), out.data(), size, low, high);
      for (size_t i = 0; i < size; ++i) {
        ASSERT_NEAR(out[i], low + in[i] * (double{high} - low) / 255.0, tolerance) << "at " << i;
      }
    });
  }
}

TEST(Bytes, the_ends_are_exact) {
  const std::vector<uint8_t> ends = {0, 255};
  for (const auto& range : kRanges) {
    const float low = range.low, high = range.high;
    for_each_simd_target([&] {
      std::vector<float> out(2);
      bytes_to_floats(ends.data(), out.data(), 2, low, high);
      EXPECT_EQ(out[0], low);
      EXPECT_EQ(out[1], high);
    });
  }
}

TEST(Bytes, there_and_back_is_where_one_was) {
  for (const auto& range : kRanges) {
    const float low = range.low, high = range.high;
    for_each_case([&](size_t size, size_t offset) {
      Buffer<uint8_t> in(some_bytes(size), offset), back(size, 1 - offset);
      Buffer<float> floats(size, offset);
      bytes_to_floats(in.data(), floats.data(), size, low, high);
      floats_to_bytes(floats.data(), back.data(), size, low, high);
      EXPECT_EQ(back.values(), in.values());
    });
  }
}

TEST(Bytes, floats_are_clamped_and_rounded_to_the_nearest) {
  for_each_case([](size_t size, size_t offset) {
    const auto floats = some_floats(size, -1.3f, 1.3f, "pixels");
    Buffer<float> in(floats, offset);
    Buffer<uint8_t> out(size, offset);
    floats_to_bytes(in.data(), out.data(), size, -1.0f, 1.0f);
    for (size_t i = 0; i < size; ++i) {
      const double exact = std::clamp((in[i] + 1.0) * 127.5, 0.0, 255.0);
      ASSERT_NEAR(out[i], exact, 0.5001) << "at " << i;
    }
  });
}

TEST(Bytes, what_is_no_number_is_zero_and_infinities_are_ends) {
  const std::vector<float> in = {kNan, -kNan, kInfinity, -kInfinity, 3e38f, -3e38f};
  for_each_simd_target([&] {
    // Often enough to meet full vectors as well as single lanes.
    std::vector<float> many;
    for (int i = 0; i < 11; ++i) many.insert(many.end(), in.begin(), in.end());
    std::vector<uint8_t> out(many.size());
    floats_to_bytes(many.data(), out.data(), many.size(), -1.0f, 1.0f);
    const uint8_t expected[] = {0, 0, 255, 0, 255, 0};
    for (size_t i = 0; i < many.size(); ++i) EXPECT_EQ(out[i], expected[i % 6]) << "at " << i;
  });
}

TEST(Bytes, a_range_that_is_none_is_refused) {
  uint8_t byte = 0;
  float value = 0.0f;
  for (const auto& [low, high] :
       {Range{1.0f, 1.0f}, Range{1.0f, 0.0f}, Range{0.0f, kNan}, Range{-kInfinity, 0.0f}}) {
    EXPECT_THROW(bytes_to_floats(&byte, &value, 1, low, high), Error);
    EXPECT_THROW(floats_to_bytes(&value, &byte, 1, low, high), Error);
  }
}

TEST(Bytes, threads_change_nothing) {
  const auto in = some_bytes(100003);
  expect_same_with_one_and_two_threads([&] {
    std::vector<float> out(in.size());
    bytes_to_floats(in.data(), out.data(), in.size(), -0.3f, 0.7f);
    return out;
  });
}

}  // namespace
}  // namespace belamy::kernels
