#include "belamy/train/retention.h"

#include <gtest/gtest.h>

namespace belamy {
namespace {

using Steps = std::vector<int64_t>;

TrainOptions keeping(int64_t newest, int64_t every) {
  TrainOptions train;
  train.keep_checkpoints = newest;
  train.keep_every = every;
  return train;
}

TEST(Retention, the_newest_stay) {
  EXPECT_EQ(superfluous_checkpoints({10, 20, 30, 40}, keeping(2, 0), {}), (Steps{10, 20}));
  EXPECT_EQ(superfluous_checkpoints({10, 20}, keeping(2, 0), {}), Steps{});
  EXPECT_EQ(superfluous_checkpoints({}, keeping(1, 0), {}), Steps{});
}

TEST(Retention, multiples_of_keep_every_stay_beside_them) {
  EXPECT_EQ(superfluous_checkpoints({10, 20, 30, 40, 50}, keeping(1, 20), {}), (Steps{10, 30}));
}

TEST(Retention, the_best_stays_and_does_not_count_among_the_newest) {
  EXPECT_EQ(superfluous_checkpoints({7, 10, 20, 30}, keeping(2, 0), 7), (Steps{10}));
  EXPECT_EQ(superfluous_checkpoints({7, 10, 20, 30}, keeping(2, 0), 30), (Steps{7, 10}));
}

}  // namespace
}  // namespace belamy
