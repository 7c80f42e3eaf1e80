#include "belamy/metrics/mode_coverage.h"

#include <ATen/ATen.h>

#include <cmath>

#include "tests/support/errors.h"

namespace belamy {
namespace {

at::Tensor at_centres(const GaussianMixture& mixture, size_t first, size_t count) {
  std::vector<float> points;
  for (size_t i = first; i < first + count; ++i) {
    points.insert(points.end(), mixture.centres[i].begin(), mixture.centres[i].end());
  }
  return at::tensor(points).view({-1, 2});
}

TEST(ModeCoverage, the_centres_themselves_are_all_modes_without_divergence) {
  for (const char* name : {"ring", "grid"}) {
    const GaussianMixture& mixture = gaussian_mixture(name);
    const ModeCoverage c =
        mixture_coverage(at_centres(mixture, 0, mixture.centres.size()), mixture);
    EXPECT_EQ(c.modes, static_cast<int64_t>(mixture.centres.size()));
    EXPECT_EQ(c.high_quality, 1.0);
    EXPECT_NEAR(c.kl, 0, 1e-12);
  }
}

TEST(ModeCoverage, the_data_are_of_high_quality_as_often_as_rayleigh_says) {
  const GaussianMixture& ring = gaussian_mixture("ring");
  const auto data = sample_mixture(ring, 100'000, 3);
  const auto points = data->points();
  const at::Tensor all = at::tensor(std::vector<float>(points.begin(), points.end())).view({-1, 2});
  const ModeCoverage c = mixture_coverage(all, ring);
  EXPECT_EQ(c.modes, 8);
  EXPECT_NEAR(*c.high_quality, 1 - std::exp(-4.5), 1e-3);  // within 3 of a plane Gaussian's
  EXPECT_LT(c.kl, 1e-3);
}

TEST(ModeCoverage, dropped_modes_cost_the_logarithm_of_the_share_that_is_left) {
  const GaussianMixture& ring = gaussian_mixture("ring");
  const ModeCoverage c = mixture_coverage(at_centres(ring, 0, 2), ring);
  EXPECT_EQ(c.modes, 2);
  EXPECT_NEAR(c.kl, std::log(4.0), 1e-12);
}

TEST(ModeCoverage, a_mode_needs_a_point_within_three_deviations) {
  const GaussianMixture& grid = gaussian_mixture("grid");  // deviation 0.05
  const at::Tensor points = at::tensor({0.149f, 0.f, 2.f, 0.151f, NAN, 0.f, 4.f, 4.f}).view({4, 2});
  const ModeCoverage c = mixture_coverage(points, grid);
  EXPECT_EQ(c.modes, 2);
  EXPECT_EQ(c.high_quality, 0.5);
  EXPECT_NEAR(c.kl, std::log(25.0 / 3), 1e-12);  // the far one still counts for its mode
}

TEST(ModeCoverage, classes_are_counted_and_compared_with_the_datas_shares) {
  const at::Tensor classes = at::tensor(std::vector<int64_t>{0, 0, 2, 2});
  const ModeCoverage even = class_coverage(classes, {50, 1, 50});
  EXPECT_EQ(even.modes, 2);
  EXPECT_FALSE(even.high_quality.has_value());
  EXPECT_NEAR(even.kl, std::log(101.0 / 100), 1e-12);
  const ModeCoverage uneven = class_coverage(classes, {30, 0, 10});
  EXPECT_NEAR(uneven.kl, 0.5 * std::log(0.5 / 0.75) + 0.5 * std::log(0.5 / 0.25), 1e-12);
}

TEST(ModeCoverage, what_cannot_be_counted_is_refused) {
  const GaussianMixture& ring = gaussian_mixture("ring");
  testing::expect_error(ErrorKind::kShape, {"[N, 2]"}, [&] {
    mixture_coverage(at::zeros({3, 3}), ring);
  });
  testing::expect_error(ErrorKind::kUsage, {"none"}, [&] {
    mixture_coverage(at::zeros({0, 2}), ring);
  });
  testing::expect_error(ErrorKind::kShape, {"0..2", "3"}, [&] {
    class_coverage(at::tensor(std::vector<int64_t>{3}), {1, 1, 1});
  });
  testing::expect_error(ErrorKind::kUsage, {"classifier"}, [&] {
    stacked_classes(at::zeros({1, 3, 32, 32}), Extractor::random_features());
  });
}

}  // namespace
}  // namespace belamy
