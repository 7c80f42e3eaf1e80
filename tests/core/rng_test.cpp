#include "belamy/core/rng.h"

#include <gtest/gtest.h>

#include <array>
#include <cmath>
#include <set>
#include <vector>

namespace belamy {
namespace {

using Block = std::array<uint32_t, 4>;

TEST(Philox, agrees_with_the_known_answers_of_random123) {
  EXPECT_EQ(philox_block({0, 0}, 0), (Block{0x6627e8d5, 0xe169c58d, 0xbc57ac4c, 0x9b00dbd8}));
  // From an implementation that also gives Random123's two answers for full counters.
  EXPECT_EQ(philox_block({0x12345678, 0x9abcdef0}, 0x0000000100000002ull),
            (Block{0x3cfe17b2, 0x972c9074, 0x83619087, 0x2cff5220}));
}

TEST(UnitFloat, lies_in_0_to_1_and_never_reaches_1) {
  EXPECT_EQ(unit_float(0), 0.0f);
  EXPECT_EQ(unit_float(0x80000000u), 0.5f);
  EXPECT_LT(unit_float(0xffffffffu), 1.0f);
}

TEST(RandomStream, the_same_seed_and_name_give_the_same_numbers) {
  RandomStream a(7, "data"), b(7, "data");
  for (int i = 0; i < 100; ++i) EXPECT_EQ(a.bits(), b.bits());
}

TEST(RandomStream, another_seed_or_name_gives_other_numbers) {
  std::set<uint64_t> firsts;
  for (uint64_t seed = 0; seed < 100; ++seed) {
    firsts.insert(RandomStream(seed, "data").bits());
    firsts.insert(RandomStream(seed, "latent").bits());
  }
  EXPECT_EQ(firsts.size(), 200u);
}

TEST(RandomStream, seeking_to_a_position_continues_the_stream_from_there) {
  RandomStream original(3, "x");
  for (int i = 0; i < 17; ++i) original.normal();
  RandomStream resumed(3, "x");
  resumed.seek(original.position());
  for (int i = 0; i < 10; ++i) EXPECT_EQ(original.normal(), resumed.normal());
}

TEST(RandomStream, taken_blocks_are_not_given_again) {
  RandomStream stream(3, "x"), shadow(3, "x");
  EXPECT_EQ(stream.take(5), 0u);
  EXPECT_EQ(stream.take(2), 5u);
  for (int i = 0; i < 7; ++i) shadow.bits();
  EXPECT_EQ(stream.bits(), shadow.bits());
}

TEST(RandomStream, uniforms_have_the_mean_and_variance_of_uniforms) {
  RandomStream stream(1, "uniform");
  constexpr int kCount = 100000;
  double sum = 0, squares = 0;
  for (int i = 0; i < kCount; ++i) {
    const double u = stream.uniform();
    ASSERT_GE(u, 0.0);
    ASSERT_LT(u, 1.0);
    sum += u;
    squares += u * u;
  }
  const double mean = sum / kCount;
  EXPECT_NEAR(mean, 0.5, 5 * std::sqrt(1.0 / 12 / kCount));
  EXPECT_NEAR(squares / kCount - mean * mean, 1.0 / 12, 0.002);
}

TEST(RandomStream, normals_have_the_moments_of_normals) {
  RandomStream stream(1, "normal");
  constexpr int kCount = 200000;
  double sum = 0, squares = 0, fourths = 0;
  int beyond_three = 0;
  for (int i = 0; i < kCount; ++i) {
    const double z = stream.normal();
    ASSERT_TRUE(std::isfinite(z));
    sum += z;
    squares += z * z;
    fourths += z * z * z * z;
    beyond_three += std::abs(z) > 3;
  }
  EXPECT_NEAR(sum / kCount, 0, 5 / std::sqrt(kCount));
  EXPECT_NEAR(squares / kCount, 1, 5 * std::sqrt(2.0 / kCount));
  EXPECT_NEAR(fourths / kCount, 3, 5 * std::sqrt(96.0 / kCount));
  EXPECT_NEAR(beyond_three / double{kCount}, 0.0027, 5 * std::sqrt(0.0027 / kCount));
}

TEST(RandomStream, below_reaches_every_value_equally_often) {
  RandomStream stream(2, "below");
  constexpr int kBound = 7, kEach = 10000;
  std::vector<int> counts(kBound);
  for (int i = 0; i < kBound * kEach; ++i) {
    const uint64_t drawn = stream.below(kBound);
    ASSERT_LT(drawn, uint64_t{kBound});
    ++counts[drawn];
  }
  for (const int count : counts) EXPECT_NEAR(count, kEach, 5 * std::sqrt(kEach));
}

TEST(RandomStream, below_handles_the_smallest_and_largest_bounds) {
  RandomStream stream(2, "bounds");
  EXPECT_EQ(stream.below(1), 0u);
  EXPECT_LT(stream.below(~uint64_t{0}), ~uint64_t{0});
  // Over half of all values are rejected here: the loop must end and stay in range.
  constexpr uint64_t kJustAboveHalf = (uint64_t{1} << 63) + 1;
  for (int i = 0; i < 100; ++i) EXPECT_LT(stream.below(kJustAboveHalf), kJustAboveHalf);
}

}  // namespace
}  // namespace belamy
