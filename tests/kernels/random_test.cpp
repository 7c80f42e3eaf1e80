#include "belamy/kernels/random.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <numbers>

#include "belamy/core/error.h"
#include "tests/kernels/kernel_testing.h"

namespace belamy::kernels {
namespace {

// Double precision, from the definition in the header.
double reference_normal(size_t i, uint64_t first_block) {
  const size_t pair = i / 2 * 2;
  const double unit = unit_float(word_of(pair, first_block));
  const double angle = 2.0 * std::numbers::pi * 0x1.0p-32 * word_of(pair + 1, first_block);
  return std::sqrt(-2.0 * std::log(1.0 - unit)) * (i % 2 == 0 ? std::cos(angle) : std::sin(angle));
}

std::vector<float> normals(size_t count, uint64_t first_block) {
  std::vector<float> values(count);
  fill_normal(values.data(), count, kKey, first_block);
  return values;
}

TEST(Random, philox_gives_the_published_words) {
  // Random123's kat_vectors: philox 4x32 10 rounds, counter and key 0.
  const std::array<uint32_t, 4> published = {0x6627e8d5u, 0xe169c58du, 0xbc57ac4cu, 0x9b00dbd8u};
  EXPECT_EQ(philox_block({}, 0), published);
  for_each_simd_target([&] {
    std::array<uint32_t, 4> words;
    fill_bits(words.data(), words.size(), {}, 0);
    EXPECT_EQ(words, published);
  });
}

TEST(Random, bits_are_the_words_of_the_blocks) {
  for_each_case([](size_t size, size_t offset) {
    Buffer<uint32_t> out(size, offset);
    fill_bits(out.data(), size, kKey, kFirstBlock);
    for (size_t i = 0; i < size; ++i) ASSERT_EQ(out[i], word_of(i)) << "at " << i;
  });
}

TEST(Random, the_last_block_number_is_followed_by_the_first) {
  constexpr uint64_t kLast = std::numeric_limits<uint64_t>::max();
  for_each_simd_target([] {
    std::array<uint32_t, 8> words;
    fill_bits(words.data(), words.size(), kKey, kLast);
    EXPECT_EQ(words[0], philox_block(kKey, kLast)[0]);
    EXPECT_EQ(words[4], philox_block(kKey, 0)[0]);
  });
}

TEST(Random, blocks_are_reserved_for_every_element) {
  EXPECT_EQ(philox_blocks(0), 0u);
  EXPECT_EQ(philox_blocks(1), 1u);
  EXPECT_EQ(philox_blocks(4), 1u);
  EXPECT_EQ(philox_blocks(5), 2u);
}

TEST(Random, uniform_from_zero_to_one_is_exact) {
  for_each_case([](size_t size, size_t offset) {
    Buffer<float> out(size, offset);
    fill_uniform(out.data(), size, 0.0f, 1.0f, kKey, kFirstBlock);
    for (size_t i = 0; i < size; ++i) ASSERT_EQ(out[i], unit_float(word_of(i))) << "at " << i;
  });
}

TEST(Random, uniform_over_a_range_is_within_one_rounding) {
  for_each_case([](size_t size, size_t offset) {
    Buffer<float> out(size, offset);
    fill_uniform(out.data(), size, -1.5f, 2.0f, kKey, kFirstBlock);
    for (size_t i = 0; i < size; ++i) {
      ASSERT_NEAR(out[i], -1.5 + 3.5 * unit_float(word_of(i)), 2.4e-7) << "at " << i;
    }
  });
}

TEST(Random, uniform_never_rounds_up_to_its_end) {
  // Two floats apart only: half of the exact values would round to the end.
  const float low = 1.0f, high = std::nextafter(low, 2.0f);
  for_each_simd_target([&] {
    std::vector<float> out(1000);
    fill_uniform(out.data(), out.size(), low, high, kKey, 0);
    EXPECT_TRUE(std::ranges::all_of(out, [&](float value) { return value == low; }));
    fill_uniform(out.data(), out.size(), high, high, kKey, 0);
    EXPECT_TRUE(std::ranges::all_of(out, [&](float value) { return value == high; }));
  });
}

TEST(Random, a_uniform_range_that_is_none_is_refused) {
  float value = 0.0f;
  constexpr float kNan = std::numeric_limits<float>::quiet_NaN();
  constexpr float kHuge = std::numeric_limits<float>::max();
  EXPECT_THROW(fill_uniform(&value, 1, 1.0f, 0.0f, kKey, 0), Error);
  EXPECT_THROW(fill_uniform(&value, 1, kNan, 1.0f, kKey, 0), Error);
  EXPECT_THROW(fill_uniform(&value, 1, -kHuge, kHuge, kKey, 0), Error);
}

TEST(Random, normal_is_box_muller_within_the_stated_tolerance) {
  for_each_case([](size_t size, size_t offset) {
    Buffer<float> out(size, offset);
    fill_normal(out.data(), size, kKey, kFirstBlock);
    for (size_t i = 0; i < size; ++i) {
      ASSERT_NEAR(out[i], reference_normal(i, kFirstBlock), 1e-6) << "at " << i;
    }
  });
}

TEST(Random, the_smallest_and_the_largest_radius_are_finite) {
  // Blocks whose first word is the end of its range in the 24 bits that matter, found by search.
  constexpr uint64_t kSmallest = 7976442, kLargest = 962726;
  ASSERT_EQ(word_of(0, kSmallest) >> 8, 0u);
  ASSERT_EQ(word_of(0, kLargest) >> 8, 0xffffffu);
  for_each_simd_target([] {
    const auto zero = normals(2, kSmallest), far = normals(2, kLargest);
    EXPECT_EQ(zero[0], 0.0f);
    EXPECT_EQ(zero[1], 0.0f);
    EXPECT_NEAR(std::hypot(far[0], far[1]), 5.7681, 1e-4);
  });
}

TEST(Random, a_million_normals_have_the_mean_spread_and_tails_of_a_normal) {
  const auto values = normals(1'000'000, 0);
  const double count = static_cast<double>(values.size());
  double sum = 0, squares = 0, fourth = 0;
  double beyond1 = 0, beyond3 = 0, below_minus3 = 0;
  for (const double z : values) {
    sum += z;
    squares += z * z;
    fourth += z * z * z * z;
    beyond1 += z > 1;
    beyond3 += z > 3;
    below_minus3 += z < -3;
  }
  // Five standard errors each; the seed is fixed, so this either holds or does not.
  EXPECT_NEAR(sum / count, 0.0, 5 * std::sqrt(1.0 / count));
  EXPECT_NEAR(squares / count, 1.0, 5 * std::sqrt(2.0 / count));
  EXPECT_NEAR(fourth / count, 3.0, 5 * std::sqrt(96.0 / count));
  const auto share = [&](double expected) { return 5 * std::sqrt(expected / count); };
  EXPECT_NEAR(beyond1 / count, 0.158655, share(0.158655));
  EXPECT_NEAR(beyond3 / count, 0.00134990, share(0.00134990));
  EXPECT_NEAR(below_minus3 / count, 0.00134990, share(0.00134990));
}

TEST(Random, neighbouring_normals_are_uncorrelated) {
  const auto values = normals(1'000'000, 0);
  for (const size_t lag : {1, 2, 3, 4}) {
    double product = 0;
    for (size_t i = 0; i + lag < values.size(); ++i) {
      product += double{values[i]} * double{values[i + lag]};
    }
    EXPECT_NEAR(product / 1e6, 0.0, 5e-3) << "lag " << lag;
  }
}

TEST(Random, a_part_of_a_fill_can_be_made_again_alone) {
  const auto whole = normals(5000, 7);
  const auto part = normals(1000, 7 + 500);
  EXPECT_TRUE(std::equal(part.begin(), part.end(), whole.begin() + 2000));
}

TEST(Random, threads_change_nothing) {
  expect_same_with_one_and_two_threads([] { return normals(100003, kFirstBlock); });
  expect_same_with_one_and_two_threads([] {
    std::vector<float> values(100003);
    fill_uniform(values.data(), values.size(), -2.0f, 3.0f, kKey, kFirstBlock);
    return values;
  });
}

}  // namespace
}  // namespace belamy::kernels
