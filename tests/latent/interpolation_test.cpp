#include "belamy/latent/interpolation.h"

#include <ATen/ATen.h>

#include <cmath>

#include "tests/support/errors.h"

namespace belamy {
namespace {

const at::Tensor kEast = at::tensor(std::vector<float>{1, 0}).view({1, 2});
const at::Tensor kNorth = at::tensor(std::vector<float>{0, 3}).view({1, 2});

TEST(Interpolation, a_line_is_divided_evenly) {
  const at::Tensor points = interpolate(kEast, kNorth, 3, Path::kLinear);
  EXPECT_TRUE(
      at::allclose(points, at::tensor(std::vector<float>{1, 0, 0.5f, 1.5f, 0, 3}).view({3, 2})));
}

TEST(Interpolation, a_circle_turns_evenly_and_lengths_grow_evenly) {
  // A third of the way from length 1 east to length 3 north: 30 degrees, length 5/3.
  const at::Tensor point = between(kEast, kNorth, 1.0 / 3, Path::kSpherical)[0];
  EXPECT_NEAR(point[0].item<double>(), 5.0 / 3 * std::sqrt(3.0) / 2, 1e-5);
  EXPECT_NEAR(point[1].item<double>(), 5.0 / 3 / 2, 1e-5);
}

TEST(Interpolation, both_paths_begin_and_end_where_they_should) {
  const at::Tensor from = at::randn({5, 7}), to = at::randn({5, 7});
  for (const Path path : {Path::kLinear, Path::kSpherical}) {
    const at::Tensor rows = interpolate(from, to, 4, path).view({5, 4, 7});
    EXPECT_TRUE(at::allclose(rows.select(1, 0), from, 1e-4, 1e-5));
    EXPECT_TRUE(at::allclose(rows.select(1, 3), to, 1e-4, 1e-5));
  }
}

TEST(Interpolation, parallel_opposite_and_zero_vectors_stay_finite) {
  for (const double factor : {2.0, -1.0, 0.0}) {
    const at::Tensor point = between(kEast, kEast * factor, 0.25, Path::kSpherical);
    EXPECT_NEAR(point[0][0].item<double>(), 0.75 + 0.25 * factor, 1e-5) << factor;
  }
}

TEST(Interpolation, a_walk_passes_every_stop_and_closes) {
  const at::Tensor stops = at::randn({3, 4});
  const at::Tensor way = walk(stops, 5, Path::kLinear);
  ASSERT_EQ(way.size(0), 15);
  for (int64_t i = 0; i < 3; ++i) EXPECT_TRUE(at::allclose(way[5 * i], stops[i]));
  EXPECT_TRUE(at::allclose(way[14], 0.2 * stops[2] + 0.8 * stops[0], 1e-4, 1e-5));
}

TEST(Interpolation, a_single_point_is_no_path) {
  testing::error_of(ErrorKind::kUsage, [] { interpolate(kEast, kNorth, 1, Path::kLinear); });
}

}  // namespace
}  // namespace belamy
