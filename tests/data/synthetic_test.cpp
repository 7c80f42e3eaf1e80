#include "belamy/data/synthetic.h"

#include <gtest/gtest.h>

#include <cmath>
#include <set>

#include "tests/support/errors.h"

namespace belamy {
namespace {

TEST(Synthetic, the_ring_has_eight_modes_on_the_unit_circle) {
  const GaussianMixture& ring = gaussian_mixture("ring");
  ASSERT_EQ(ring.centres.size(), 8u);
  EXPECT_EQ(ring.deviation, 0.01f);
  for (const auto& [x, y] : ring.centres) EXPECT_NEAR(std::hypot(x, y), 1.0f, 1e-6f);
  EXPECT_NEAR(ring.centres[1][0], std::sqrt(0.5f), 1e-6f);
}

TEST(Synthetic, the_grid_has_25_modes_two_apart) {
  const GaussianMixture& grid = gaussian_mixture("grid");
  EXPECT_EQ(grid.deviation, 0.05f);
  std::set<std::array<float, 2>> centres(grid.centres.begin(), grid.centres.end());
  ASSERT_EQ(centres.size(), 25u);
  for (const float x : {-4, -2, 0, 2, 4}) {
    for (const float y : {-4, -2, 0, 2, 4}) EXPECT_TRUE(centres.contains({x, y})) << x << y;
  }
}

TEST(Synthetic, points_scatter_about_the_mode_they_are_labelled_with) {
  for (const char* name : {"ring", "grid"}) {
    const GaussianMixture& mixture = gaussian_mixture(name);
    const auto data = sample_mixture(mixture, 100'000, 5);
    ASSERT_EQ(data->size(), 100'000);
    double squares = 0;
    std::vector<int64_t> counts(mixture.centres.size());
    for (int64_t i = 0; i < data->size(); ++i) {
      const auto mode = static_cast<size_t>(data->label(i).value());
      ++counts[mode];
      for (size_t axis = 0; axis < 2; ++axis) {
        const float offset =
            data->points()[static_cast<size_t>(2 * i) + axis] - mixture.centres[mode][axis];
        squares += offset * offset;
        ASSERT_LT(std::abs(offset), 7 * mixture.deviation);
      }
    }
    EXPECT_NEAR(std::sqrt(squares / 200'000), mixture.deviation, 0.01 * mixture.deviation);
    const double expected = 100'000.0 / static_cast<double>(counts.size());
    for (const int64_t count : counts) {
      EXPECT_NEAR(static_cast<double>(count), expected, 6 * std::sqrt(expected));
    }
  }
}

TEST(Synthetic, points_follow_from_the_seed_and_a_longer_set_begins_with_the_shorter) {
  const GaussianMixture& ring = gaussian_mixture("ring");
  const auto points = [&](int64_t count, uint64_t seed) {
    const auto data = sample_mixture(ring, count, seed);
    return std::vector<float>(data->points().begin(), data->points().end());
  };
  EXPECT_EQ(points(100, 1), points(100, 1));
  EXPECT_NE(points(100, 1), points(100, 2));
  std::vector<float> longer = points(200, 1);
  longer.resize(200);
  EXPECT_EQ(longer, points(100, 1));
}

TEST(Synthetic, unknown_names_and_impossible_counts_are_refused) {
  testing::expect_error(ErrorKind::kUsage, {"'ring' or 'grid'", "'spiral'"},
                        [] { gaussian_mixture("spiral"); });
  for (const int64_t count : {int64_t{0}, int64_t{-1}, int64_t{1} << 40}) {
    testing::expect_error(ErrorKind::kUsage, {std::to_string(count)},
                          [&] { sample_mixture(gaussian_mixture("ring"), count, 1); });
  }
}

}  // namespace
}  // namespace belamy
