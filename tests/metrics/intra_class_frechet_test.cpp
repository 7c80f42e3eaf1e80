#include "belamy/metrics/intra_class_frechet.h"

#include <gtest/gtest.h>

#include "belamy/metrics/frechet_distance.h"
#include "belamy/metrics/intra_class_diversity.h"
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

FeatureTable in_two_classes(std::vector<double> features) {
  const auto count = static_cast<int64_t>(features.size());
  FeatureTable table = table_of(at::tensor(features).unsqueeze(1));
  table.labels = at::arange(count, at::kLong).remainder(2);
  return table;
}

// Distances of class 0: 1, 2, 3 against 2, 4, 6; of class 1: 1, 1, 2 against the same.
TEST(IntraClassDiversity, is_the_mean_of_the_classes_ratios_of_mean_distances) {
  const FeatureTable real = in_two_classes({0, 10, 2, 11, 6, 12});
  const FeatureTable fake = in_two_classes({5, 0, 6, 1, 8, 2});
  EXPECT_NEAR(intra_class_diversity(real, fake, 1).value, (0.5 + 1) / 2, 1e-6);
}

TEST(IntraClassDiversity, of_one_image_a_class_is_zero_and_of_more_of_the_same_kind_one) {
  FeatureTable real = table_of(normal_features(400, 8, 1)),
               fake = table_of(normal_features(400, 8, 2));
  real.labels = fake.labels = at::arange(400, at::kLong).remainder(2);
  const Score alike = intra_class_diversity(real, fake, 1);
  EXPECT_NEAR(alike.value, 1, 0.05);
  EXPECT_LT(alike.ci.low, 1);
  EXPECT_GT(alike.ci.high, 1);
  fake.features = fake.labels.to(at::kFloat).unsqueeze(1).expand({-1, 8}).contiguous();
  EXPECT_EQ(intra_class_diversity(real, fake, 1).value, 0);
}

TEST(IntraClassDiversity, a_class_without_a_pair_is_named) {
  const FeatureTable real = in_two_classes({0, 10, 2, 11, 6, 12});
  FeatureTable fake = real;
  fake.labels = at::tensor({0, 0, 0, 0, 0, 1}, at::kLong);
  testing::expect_error(ErrorKind::kData, {"class 1", "3 real", "1 generated", "--count"},
                        [&] { intra_class_diversity(real, fake, 1); });
}

}  // namespace
}  // namespace belamy
