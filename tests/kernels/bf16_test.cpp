#include "belamy/kernels/bf16.h"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>

#include "tests/kernels/kernel_testing.h"

namespace belamy::kernels {
namespace {

constexpr float kInfinity = std::numeric_limits<float>::infinity();
constexpr float kNan = std::numeric_limits<float>::quiet_NaN();

// Every upper half, with lower halves below, at and above the tie.
std::vector<float> every_rounding() {
  std::vector<float> values;
  for (uint32_t upper = 0; upper < 0x10000u; ++upper) {
    for (const uint32_t lower : {0u, 1u, 0x7fffu, 0x8000u, 0x8001u, 0xffffu}) {
      values.push_back(std::bit_cast<float>(upper << 16 | lower));
    }
  }
  return values;
}

TEST(Bf16, a_float_becomes_the_nearest) {
  for (const float value : some_floats(10000, -3.0f, 3.0f, "floats")) {
    const float rounded = to_float(to_bf16(value));
    const Bf16 here = to_bf16(value);
    const double distance = std::abs(double{rounded} - value);
    for (const int step : {-1, 1}) {
      const Bf16 neighbour{static_cast<uint16_t>(here.bits + step)};
      EXPECT_LE(distance, std::abs(double{to_float(neighbour)} - value)) << value;
    }
  }
}

TEST(Bf16, ties_go_to_even_and_ends_to_infinity) {
  EXPECT_EQ(to_bf16(0x1.01p0f).bits, 0x3f80);
  EXPECT_EQ(to_bf16(0x1.03p0f).bits, 0x3f82);
  EXPECT_EQ(to_bf16(std::numeric_limits<float>::max()), to_bf16(kInfinity));
  EXPECT_EQ(to_float(to_bf16(-kInfinity)), -kInfinity);
  EXPECT_EQ(to_bf16(kNan).bits, 0x7fc0);
  EXPECT_EQ(to_bf16(-0.0f).bits, 0x8000);
}

TEST(Bf16, every_value_but_the_nans_is_itself_after_a_round_trip) {
  for (uint32_t bits = 0; bits < 0x10000u; ++bits) {
    const Bf16 value{static_cast<uint16_t>(bits)};
    const float wide = to_float(value);
    EXPECT_EQ(to_bf16(wide), std::isnan(wide) ? Bf16{0x7fc0} : value);
  }
}

TEST(Bf16, arrays_are_converted_bit_for_bit_denormals_and_nans_included) {
  const auto floats = every_rounding();
  for_each_simd_target([&] {
    std::vector<Bf16> narrow(floats.size());
    convert(floats.data(), narrow.data(), floats.size());
    std::vector<float> wide(floats.size());
    convert(narrow.data(), wide.data(), narrow.size());
    for (size_t i = 0; i < floats.size(); ++i) {
      ASSERT_EQ(narrow[i], to_bf16(floats[i])) << "at " << i;
      ASSERT_EQ(std::bit_cast<uint32_t>(wide[i]), uint32_t{narrow[i].bits} << 16) << "at " << i;
    }
  });
}

TEST(Bf16, arrays_of_any_size_are_converted_within_their_bounds) {
  for_each_case([](size_t size, size_t offset) {
    Buffer<float> in(some_floats(size, -2.0f, 2.0f, "in"), offset), back(size, offset);
    Buffer<Bf16> narrow(size, 1 - offset);
    convert(in.data(), narrow.data(), size);
    convert(narrow.data(), back.data(), size);
    for (size_t i = 0; i < size; ++i) {
      ASSERT_EQ(narrow[i], to_bf16(in[i])) << "at " << i;
      ASSERT_EQ(back[i], to_float(narrow[i])) << "at " << i;
    }
  });
}

}  // namespace
}  // namespace belamy::kernels
