#include "belamy/metrics/memorization.h"

#include <gtest/gtest.h>

#include "tests/metrics/tables.h"

namespace belamy {
namespace {

using testing::normal_features;
using testing::table_of;

TEST(Memorization, agrees_with_the_mann_whitney_statistic_of_scipy) {
  const testing::MetricFixture fixture;
  EXPECT_NEAR(memorization(fixture.real, fixture.held_out, fixture.fake, 1).score.value,
              fixture.of("memorization"), 1e-12);
}

TEST(Memorization, of_copies_is_one_and_finds_the_originals) {
  const at::Tensor train = normal_features(200, 4, 1);
  const at::Tensor copies = train.index_select(0, at::tensor(std::vector<int64_t>{7, 3, 150}));
  const Memorization found =
      memorization(table_of(train), table_of(normal_features(100, 4, 2)), table_of(copies), 1);
  EXPECT_EQ(found.score.value, 1);
  EXPECT_TRUE(at::equal(found.of_fake.indices, at::tensor(std::vector<int64_t>{7, 3, 150})));
}

TEST(Memorization, of_fresh_samples_is_a_half_within_its_interval) {
  const Memorization found =
      memorization(table_of(normal_features(500, 4, 1)), table_of(normal_features(2000, 4, 2)),
                   table_of(normal_features(500, 4, 3)), 1);
  EXPECT_NEAR(found.score.value, 0.5, 0.05);
  EXPECT_TRUE(testing::holds(found.score.ci, found.score.value));
}

TEST(Memorization, of_images_far_off_the_data_is_zero) {
  const Memorization found =
      memorization(table_of(normal_features(50, 4, 1)), table_of(normal_features(50, 4, 2)),
                   table_of(normal_features(50, 4, 3, 100)), 1);
  EXPECT_EQ(found.score.value, 0);
}

}  // namespace
}  // namespace belamy
