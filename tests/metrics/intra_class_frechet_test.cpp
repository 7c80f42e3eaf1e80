#include "belamy/metrics/intra_class_frechet.h"

#include <gtest/gtest.h>

#include "belamy/metrics/frechet_distance.h"
#include "tests/metrics/tables.h"
#include "tests/support/errors.h"

namespace belamy {
namespace {

using testing::normal_features;
using testing::table_of;

TEST(IntraClassFrechet, agrees_with_scipy) {
  const testing::MetricFixture fixture;
  const double expected = fixture.of("intra_class_frechet");
  const Score score = intra_class_frechet(fixture.real, fixture.fake, 1);
  EXPECT_NEAR(score.value, expected, 1e-5 * expected);
}

// The mixture is as it should be, each class is not.
TEST(IntraClassFrechet, sees_classes_exchanged_where_the_whole_set_looks_right) {
  const at::Tensor left = normal_features(200, 2, 1, -5), right = normal_features(200, 2, 2, 5);
  const at::Tensor labels = at::cat({at::zeros({200}, at::kLong), at::ones({200}, at::kLong)});
  FeatureTable real = table_of(at::cat({left, right})), fake = table_of(at::cat({right, left}));
  real.labels = labels;
  fake.labels = labels;
  EXPECT_LT(frechet_distance_score(real, fake, 1).value, 1e-6);
  EXPECT_NEAR(intra_class_frechet(real, fake, 1).value, 200, 10);  // 10² in both dimensions
}

TEST(IntraClassFrechet, a_class_with_too_few_images_is_named) {
  FeatureTable real = table_of(normal_features(40, 3, 1)),
               fake = table_of(normal_features(40, 3, 2));
  real.labels = at::arange(40, at::kLong).remainder(2);
  fake.labels = at::zeros({40}, at::kLong);
  fake.labels[7] = 1;
  testing::expect_error(ErrorKind::kData, {"class 1", "20 real", "1 generated", "intra-fid"},
                        [&] { intra_class_frechet(real, fake, 1); });
}

}  // namespace
}  // namespace belamy
