#include "belamy/nn/fused_activation.h"

#include <ATen/ATen.h>
#include <gtest/gtest.h>

#include "belamy/nn/fused.h"
#include "tests/support/gradients.h"

namespace belamy {
namespace {

using testing::gradient_of;

class FusedActivationTest : public ::testing::TestWithParam<ActivationOptions> {};

TEST_P(FusedActivationTest, is_libtorchs_with_its_gradient_in_any_layout) {
  const at::Tensor image = at::randn({3, 2, 5, 4});
  for (const at::Tensor& x :
       {at::randn({7, 33}), image, image.contiguous(at::MemoryFormat::ChannelsLast),
        at::randn({4, 6, 2}).transpose(0, 2)}) {
    const at::Tensor input = x.detach().requires_grad_(), same = x.detach().requires_grad_();
    const at::Tensor y = fused_activate(input, GetParam()), expected = activate(same, GetParam());
    EXPECT_TRUE(at::allclose(y, expected, 1e-5, 1e-6));
    const at::Tensor weights = at::randn_like(x);
    EXPECT_TRUE(at::allclose(gradient_of((y * weights).sum(), input),
                             gradient_of((expected * weights).sum(), same), 1e-5, 1e-6));
  }
}

TEST_P(FusedActivationTest, can_be_differentiated_again) {
  const at::Tensor input = at::randn({5, 3}).requires_grad_();
  const auto second = [&](const at::Tensor& y) {
    return gradient_of(gradient_of(y.pow(2).sum(), input, true).pow(2).sum(), input);
  };
  EXPECT_TRUE(at::allclose(second(fused_activate(input, GetParam())),
                           second(activate(input, GetParam())), 1e-4, 1e-5));
}

INSTANTIATE_TEST_SUITE_P(Functions, FusedActivationTest,
                         ::testing::Values(Tanh{}, Sigmoid{}, Relu{}));

TEST(Converted, rounds_as_libtorch_and_hands_gradients_back_in_the_type_they_came_from) {
  const at::Tensor x = at::randn({2, 3, 4, 5}).requires_grad_();
  const at::Tensor y = converted(x, at::kBFloat16);
  EXPECT_TRUE(at::equal(y, x.to(at::kBFloat16)));
  const at::Tensor gradient = gradient_of(y.to(at::kFloat).square().sum(), x);
  EXPECT_EQ(gradient.scalar_type(), at::kFloat);
  EXPECT_TRUE(at::allclose(gradient, 2 * x, 1e-2, 1e-2));
  EXPECT_TRUE(at::equal(converted(x.detach(), at::kDouble), x.detach().to(at::kDouble)));
}

TEST(Converted, can_be_differentiated_again) {
  const at::Tensor x = at::tensor({1.f, -2.f, 3.f}).requires_grad_();
  const at::Tensor slope =
      gradient_of(converted(x, at::kBFloat16).to(at::kFloat).pow(3).sum(), x, true);
  EXPECT_TRUE(at::allclose(gradient_of(slope.sum(), x), 6 * x, 1e-2, 1e-2));
}

}  // namespace
}  // namespace belamy
