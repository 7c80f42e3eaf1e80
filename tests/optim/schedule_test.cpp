#include "belamy/optim/schedule.h"

#include <gtest/gtest.h>

#include <cmath>
#include <vector>

namespace belamy {
namespace {

std::vector<double> factors(const ScheduleOptions& schedule, const std::vector<int64_t>& rounds,
                            int64_t total) {
  std::vector<double> all;
  for (const int64_t round : rounds) all.push_back(learning_rate_factor(schedule, round, total));
  return all;
}

void expect_near(const std::vector<double>& got, const std::vector<double>& expected) {
  ASSERT_EQ(got.size(), expected.size());
  for (size_t i = 0; i < got.size(); ++i) EXPECT_NEAR(got[i], expected[i], 1e-12) << i;
}

TEST(Schedule, constant_never_changes) {
  expect_near(factors(ConstantSchedule{}, {0, 1, 500, 10000}, 1000), {1, 1, 1, 1});
}

TEST(Schedule, linear_is_one_for_the_first_half_and_reaches_zero_at_the_end) {
  expect_near(factors(LinearSchedule{}, {0, 50, 75, 99, 100, 150}, 100), {1, 1, 0.5, 0.02, 0, 0});
}

TEST(Schedule, linear_may_start_at_a_step_and_end_above_zero) {
  LinearSchedule schedule;
  schedule.start_step = 20;
  schedule.end_factor = 0.2;
  expect_near(factors(schedule, {19, 20, 60, 100}, 100), {1, 1, 0.6, 0.2});
}

TEST(Schedule, cosine_passes_through_the_half_in_the_middle) {
  CosineSchedule schedule;
  expect_near(factors(schedule, {0, 25, 50, 100}, 100), {1, (1 + std::sqrt(0.5)) / 2, 0.5, 0});
  schedule.end_factor = 0.5;
  expect_near(factors(schedule, {0, 50, 100}, 100), {1, 0.75, 0.5});
}

TEST(Schedule, step_takes_its_factor_every_so_many_rounds) {
  StepSchedule schedule;
  schedule.every = 10;
  schedule.factor = 0.1;
  expect_near(factors(schedule, {0, 9, 10, 19, 20, 35}, 100), {1, 1, 0.1, 0.1, 0.01, 0.001});
}

TEST(Schedule, warming_up_rises_to_the_whole_rate_in_its_last_round) {
  ConstantSchedule schedule;
  schedule.warm_up = 4;
  expect_near(factors(schedule, {0, 1, 2, 3, 4}, 100), {0.25, 0.5, 0.75, 1, 1});
  CosineSchedule cosine;
  cosine.warm_up = 20;
  expect_near(factors(cosine, {0, 19, 20, 60, 100}, 100), {0.05, 1, 1, 0.5, 0});
}

TEST(Schedule, without_a_known_end_is_the_first_rounds) {
  expect_near(factors(LinearSchedule{}, {0, 7}, 0), {1, 1});
  expect_near(factors(CosineSchedule{}, {0, 7}, 0), {1, 1});
}

}  // namespace
}  // namespace belamy
