#include "belamy/nn/convolution_gradient.h"

#include <ATen/ATen.h>
#include <gtest/gtest.h>
#include <torch/autograd.h>

namespace belamy {
namespace {

constexpr ConvolutionGeometry kGeometry{{2, 2}, {1, 1}, 8, 6};

at::Tensor noise(at::IntArrayRef shape, int seed) {
  at::manual_seed(static_cast<uint64_t>(seed));
  return at::randn(shape, at::kDouble);
}

at::Tensor apply(const at::Tensor& x, const at::Tensor& w) {
  return convolution_input_gradient(x, w, kGeometry);
}

TEST(ConvolutionGradient, is_the_transposed_convolution) {
  const at::Tensor x = noise({2, 3, 4, 3}, 1), w = noise({3, 2, 4, 4}, 2);
  EXPECT_TRUE(at::allclose(apply(x, w), at::conv_transpose2d(x, w, {}, 2, 1)));
}

TEST(ConvolutionGradient, gradients_agree_with_finite_differences) {
  at::Tensor x = noise({2, 3, 4, 3}, 1).set_requires_grad(true);
  at::Tensor w = noise({3, 2, 4, 4}, 2).set_requires_grad(true);
  const at::Tensor probe = noise({2, 2, 8, 6}, 3);
  const auto value = [&](const at::Tensor& a, const at::Tensor& b) {
    return (apply(a, b).sin() * probe).sum();
  };
  const auto gradients = torch::autograd::grad({value(x, w)}, {x, w});
  constexpr double kStep = 1e-6;
  const at::NoGradGuard no_grad;
  for (const int64_t i : {0, 17, 50}) {
    at::Tensor moved = x.detach().clone();
    moved.view(-1)[i] += kStep;
    const double slope = ((value(moved, w) - value(x, w)) / kStep).item<double>();
    EXPECT_NEAR(gradients[0].flatten()[i].item<double>(), slope, 1e-4);
    moved = w.detach().clone();
    moved.view(-1)[i] += kStep;
    const double weight_slope = ((value(x, moved) - value(x, w)) / kStep).item<double>();
    EXPECT_NEAR(gradients[1].flatten()[i].item<double>(), weight_slope, 1e-4);
  }
}

TEST(ConvolutionGradient, second_order_gradients_agree_with_the_operators) {
  const auto second_order = [](auto operation) {
    const at::Tensor x = noise({2, 3, 4, 3}, 1).set_requires_grad(true);
    const at::Tensor w = noise({3, 2, 4, 4}, 2).set_requires_grad(true);
    const at::Tensor y = operation(x, w).tanh().sum();
    const at::Tensor first = torch::autograd::grad({y}, {x}, {}, true, true)[0];
    return torch::autograd::grad({first.square().sum()}, {x, w});
  };
  const auto ours = second_order(apply);
  const auto theirs = second_order([](const at::Tensor& x, const at::Tensor& w) {
    return at::conv_transpose2d(x, w, {}, 2, 1);
  });
  EXPECT_TRUE(at::allclose(ours[0], theirs[0]));
  EXPECT_TRUE(at::allclose(ours[1], theirs[1]));
}

}  // namespace
}  // namespace belamy
