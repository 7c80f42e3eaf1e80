#include "belamy/nn/instance_norm.h"

#include <ATen/ATen.h>
#include <torch/autograd.h>

#include "belamy/nn/network.h"
#include "tests/support/errors.h"

namespace belamy {
namespace {

using testing::error_of;

Network normalizer(bool affine) {
  return {"net",
          {InstanceNormOptions{.affine = affine}, ActivationLayerOptions{LeakyRelu{.alpha = 0.2}},
           ReflectionPadOptions{.padding = 1}},
          {3, 5, 4},
          1};
}

TEST(InstanceNorm, brings_each_channel_of_each_image_to_mean_0_and_deviation_1) {
  const Network network("net", {InstanceNormOptions{}}, {2, 6, 6}, 1);
  const at::Tensor y = network.forward(at::randn({3, 2, 6, 6}) * 5 + 2, {});
  EXPECT_LT(y.mean({2, 3}).abs().max().item<double>(), 1e-5);
  EXPECT_LT((y.var({2, 3}, false) - 1).abs().max().item<double>(), 1e-4);
}

TEST(InstanceNorm, an_image_does_not_depend_on_the_others_nor_on_the_mode) {
  const Network network = normalizer(false);
  const at::Tensor x = at::randn({4, 3, 5, 4});
  const at::Tensor all = network.forward(x, {.mode = Mode::kTraining});
  EXPECT_TRUE(at::allclose(network.forward(x.narrow(0, 2, 1), {}), all.narrow(0, 2, 1)));
}

// Values and gradients of the fused stages against ATen's own.
TEST(InstanceNorm, fused_with_an_activation_and_padding_agrees_with_the_layers) {
  for (const bool affine : {false, true}) {
    Network network = normalizer(affine);
    network.set_trainable(true);
    std::vector<at::Tensor> results;
    for (const bool plain : {true, false}) {
      at::manual_seed(3);
      const at::Tensor x = at::randn({2, 3, 5, 4}).requires_grad_(true);
      const at::Tensor y = plain ? network.plain_forward(x, {}) : network.forward(x, {});
      std::vector<at::Tensor> wanted = {x};
      for (const at::Tensor& parameter : network.parameter_tensors()) wanted.push_back(parameter);
      results.push_back(y.detach());
      for (const at::Tensor& gradient :
           torch::autograd::grad({(y * at::randn(y.sizes())).sum()}, wanted)) {
        results.push_back(gradient);
      }
    }
    const size_t half = results.size() / 2;
    for (size_t i = 0; i < half; ++i) {
      EXPECT_TRUE(at::allclose(results[i], results[half + i], 1e-4, 1e-4)) << affine << " " << i;
    }
  }
}

TEST(InstanceNorm, gradients_of_gradients_agree_with_the_layers) {
  const Network network = normalizer(false);
  std::vector<at::Tensor> results;
  for (const bool plain : {true, false}) {
    at::manual_seed(3);
    const at::Tensor x = at::randn({2, 3, 5, 4}).requires_grad_(true);
    const at::Tensor y = plain ? network.plain_forward(x, {}) : network.forward(x, {});
    const auto first = torch::autograd::grad({y.square().sum()}, {x}, {}, /*retain_graph=*/true,
                                             /*create_graph=*/true);
    results.push_back(torch::autograd::grad({first[0].pow(3).sum()}, {x})[0]);
  }
  EXPECT_TRUE(at::allclose(results[0], results[1], 1e-3, 1e-3));
}

TEST(InstanceNorm, refuses_flat_values_and_single_pixels) {
  const InstanceNorm layer({});
  EXPECT_NE(error_of(ErrorKind::kShape, [&] { layer.output_shape({7}); }).find("got 7"),
            std::string::npos);
  EXPECT_NE(error_of(ErrorKind::kShape,
                     [&] {
                       layer.output_shape({7, 1, 1});
                     })
                .find("7×1×1"),
            std::string::npos);
}

TEST(ReflectionPad, mirrors_without_repeating_the_edge) {
  const Network network("net", {ReflectionPadOptions{.padding = 2}}, {1, 3, 3}, 1);
  const at::Tensor x = at::arange(9, at::kFloat).view({1, 1, 3, 3});
  const at::Tensor row = network.forward(x, {})[0][0][2];  // the first row of x
  EXPECT_TRUE(at::equal(row, at::tensor({2.f, 1.f, 0.f, 1.f, 2.f, 1.f, 0.f})));
  EXPECT_TRUE(at::equal(network.forward(x, {}), at::reflection_pad2d(x, {2, 2, 2, 2})));
}

TEST(ReflectionPad, in_bf16_moves_the_same_values) {
  const Network network("net", {ReflectionPadOptions{.padding = 1}}, {3, 4, 5}, 1);
  const at::Tensor x = at::randn({2, 3, 4, 5}).to(at::kBFloat16);
  EXPECT_TRUE(at::equal(network.logits(x, {}), network.plain_forward(x, {})));
}

TEST(ReflectionPad, refuses_to_mirror_more_than_there_is) {
  EXPECT_NE(error_of(ErrorKind::kShape,
                     [] {
                       ReflectionPad({.padding = 3}).output_shape({1, 3, 9});
                     })
                .find("1×3×9"),
            std::string::npos);
}

TEST(Maxout, is_the_largest_of_its_pieces) {
  MaxoutOptions options;
  options.units = 2;
  options.pieces = 3;
  const Network network("net", {options}, {4}, 1);
  const at::Tensor x = at::randn({5, 4});
  const at::Tensor weight = network.state()[0].tensor;  // [6, 4], bias zero
  const at::Tensor expected = at::stack({std::get<0>(x.mm(weight.narrow(0, 0, 3).t()).max(1)),
                                         std::get<0>(x.mm(weight.narrow(0, 3, 3).t()).max(1))},
                                        1);
  EXPECT_TRUE(at::allclose(network.forward(x, {}), expected, 1e-5, 1e-6));
  EXPECT_EQ(network.multiply_adds(), 24);
}

}  // namespace
}  // namespace belamy
