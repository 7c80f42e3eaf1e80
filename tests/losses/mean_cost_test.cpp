// One node of autograd's in float32 against LibTorch's operations in float64.
#include "belamy/losses/mean_cost.h"

#include <ATen/ATen.h>
#include <gtest/gtest.h>

#include <cmath>
#include <limits>

#include "tests/support/gradients.h"

namespace belamy {
namespace {

using testing::gradient_of;

class MeanCostTest : public ::testing::TestWithParam<PointCost> {};

at::Tensor logits() {
  return at::tensor({-30.f, -1.5f, -0.2f, 0.3f, 2.f, 40.f});
}

TEST_P(MeanCostTest, and_its_gradient_are_those_of_its_operations) {
  const at::Tensor narrow = logits().requires_grad_(),
                   wide = logits().to(at::kDouble).requires_grad_();
  const at::Tensor cost = mean_cost(GetParam(), narrow, -1, 0.1);
  const at::Tensor expected = mean_cost(GetParam(), wide, -1, 0.1);
  EXPECT_EQ(cost.dim(), 0);
  EXPECT_NEAR(cost.item<double>(), expected.item<double>(),
              1e-6 * std::abs(expected.item<double>()) + 1e-6);
  EXPECT_TRUE(at::allclose(gradient_of(3 * cost, narrow),
                           gradient_of(3 * expected, wide).to(at::kFloat), 1e-6, 1e-8));
}

TEST_P(MeanCostTest, can_be_differentiated_again) {
  const at::Tensor narrow = logits().requires_grad_(),
                   wide = logits().to(at::kDouble).requires_grad_();
  const auto slope = [](const at::Tensor& cost, const at::Tensor& x) {
    return (gradient_of(cost * cost, x, true) * at::arange(6, x.options().requires_grad(false)))
        .sum();
  };
  const at::Tensor found = slope(mean_cost(GetParam(), narrow, 1, -0.25), narrow);
  const at::Tensor expected = slope(mean_cost(GetParam(), wide, 1, -0.25), wide);
  EXPECT_TRUE(at::allclose(gradient_of(found, narrow), gradient_of(expected, wide).to(at::kFloat),
                           1e-4, 1e-5));
}

TEST_P(MeanCostTest, tells_of_a_logit_that_is_no_number) {
  at::Tensor broken = logits();
  broken[2] = std::numeric_limits<float>::quiet_NaN();
  EXPECT_TRUE(std::isnan(mean_cost(GetParam(), broken, 1).item<double>()));
}

TEST_P(MeanCostTest, takes_logits_that_lie_apart) {
  const at::Tensor table = at::stack({logits(), 7 * logits()}, 1);
  EXPECT_FLOAT_EQ(mean_cost(GetParam(), table.narrow(1, 0, 1), 1).item<float>(),
                  mean_cost(GetParam(), logits(), 1).item<float>());
}

INSTANTIATE_TEST_SUITE_P(Costs, MeanCostTest,
                         ::testing::Values(PointCost::kSoftplus, PointCost::kSquare,
                                           PointCost::kHinge, PointCost::kLinear));

}  // namespace
}  // namespace belamy
