#include "belamy/metrics/inception_score.h"

#include <gtest/gtest.h>

#include "tests/metrics/tables.h"
#include "tests/support/errors.h"

namespace belamy {
namespace {

using testing::sure_logits;

FeatureTable with_logits(const at::Tensor& logits) {
  FeatureTable table = testing::table_of(at::zeros({logits.size(0), 1}));
  table.logits = logits;
  return table;
}

TEST(InceptionScore, agrees_with_scipy) {
  const testing::MetricFixture fixture;
  const Score score = inception_score_of(fixture.fake, 1);
  EXPECT_NEAR(score.value, fixture.of("inception_score"), 1e-6);
  EXPECT_LT(score.ci.low, score.ci.high);
}

TEST(InceptionScore, is_the_number_of_classes_that_are_made_equally_and_surely) {
  EXPECT_NEAR(inception_score(sure_logits({0, 1, 2, 3, 0, 1, 2, 3}, 4)), 4, 1e-9);
  EXPECT_NEAR(inception_score(sure_logits({1, 3, 1, 3}, 4)), 2, 1e-9);  // dropped classes
}

TEST(InceptionScore, of_a_single_class_or_of_doubt_is_one) {
  EXPECT_NEAR(inception_score(sure_logits({2, 2, 2}, 4)), 1, 1e-9);
  EXPECT_NEAR(inception_score(at::zeros({5, 4})), 1, 1e-9);
}

TEST(InceptionScore, without_classes_is_refused) {
  testing::expect_error(ErrorKind::kUsage, {"classes", "classifier"}, [] {
    inception_score_of(testing::table_of(at::zeros({4, 2})), 1);
  });
}

TEST(InceptionScore, interval_is_narrow_for_many_images) {
  std::vector<int64_t> classes(2000);
  for (size_t i = 0; i < classes.size(); ++i) classes[i] = static_cast<int64_t>(i % 4);
  const Score score = inception_score_of(with_logits(sure_logits(classes, 4)), 1);
  EXPECT_LT(score.ci.high - score.ci.low, 0.05);
}

}  // namespace
}  // namespace belamy
