#include "belamy/metrics/density_coverage.h"

#include <gtest/gtest.h>

#include "tests/metrics/tables.h"

namespace belamy {
namespace {

using testing::normal_features;
using testing::table_of;

TEST(DensityCoverage, agree_with_scipy) {
  const testing::MetricFixture fixture;
  const DensityCoverage found = density_coverage(fixture.real, fixture.fake, 1);
  EXPECT_NEAR(found.density.value, fixture.of("density"), 1e-12);
  EXPECT_NEAR(found.coverage.value, fixture.of("coverage"), 1e-12);
}

TEST(DensityCoverage, of_one_distribution_are_near_one) {
  const auto found = density_coverage(table_of(normal_features(1500, 4, 1)),
                                      table_of(normal_features(1500, 4, 2)), 1);
  EXPECT_NEAR(found.density.value, 1, 0.1);
  EXPECT_NEAR(found.coverage.value, 0.97, 0.03);  // 1 - 2^-5 expected for k = 5
}

TEST(DensityCoverage, one_image_made_over_and_over_is_dense_and_covers_nothing) {
  const at::Tensor real = normal_features(500, 2, 1);
  const at::Tensor copies = at::zeros({500, 2}, at::kDouble);
  const auto found = density_coverage(table_of(real), table_of(copies), 1);
  EXPECT_LT(found.coverage.value, 0.05);
  EXPECT_GT(found.density.value, 0.5);
}

}  // namespace
}  // namespace belamy
