#include "belamy/metrics/precision_recall.h"

#include <gtest/gtest.h>

#include "tests/metrics/tables.h"
#include "tests/support/errors.h"

namespace belamy {
namespace {

using testing::normal_features;
using testing::table_of;

TEST(PrecisionRecall, agrees_with_scipy) {
  const testing::MetricFixture fixture;
  EXPECT_NEAR(improved_precision(fixture.real, fixture.fake, 1).value, fixture.of("precision"),
              1e-12);
  EXPECT_NEAR(improved_recall(fixture.real, fixture.fake, 1).value, fixture.of("recall"), 1e-12);
}

TEST(PrecisionRecall, of_a_set_and_itself_are_one) {
  const FeatureTable table = table_of(normal_features(300, 5, 1));
  EXPECT_EQ(improved_precision(table, table, 1).value, 1);
  EXPECT_EQ(improved_recall(table, table, 1).value, 1);
}

// Two modes, of which one is generated: all that is made looks real, half of the real is reached.
TEST(PrecisionRecall, a_dropped_mode_costs_recall_alone) {
  const at::Tensor near = normal_features(300, 2, 1), far = normal_features(300, 2, 2, 100);
  const FeatureTable real = table_of(at::cat({near, far}));
  const FeatureTable fake = table_of(near);
  EXPECT_EQ(improved_precision(real, fake, 1).value, 1);
  EXPECT_EQ(improved_recall(real, fake, 1).value, 0.5);
}

TEST(PrecisionRecall, noise_far_away_has_no_precision) {
  const FeatureTable real = table_of(normal_features(100, 2, 1));
  const FeatureTable fake = table_of(normal_features(100, 2, 2, 1000));
  const Score score = improved_precision(real, fake, 1);
  EXPECT_EQ(score.value, 0);
  EXPECT_EQ(score.ci.high, 0);
}

TEST(PrecisionRecall, fewer_images_than_neighbors_are_refused) {
  testing::expect_error(ErrorKind::kData, {"3 nearest", "got 3"}, [] {
    improved_precision(table_of(normal_features(3, 2, 1)), table_of(normal_features(9, 2, 2)), 1);
  });
}

}  // namespace
}  // namespace belamy
