// Fused stages against the plain layers they stand for, for the networks of the built-in recipes.
#include "belamy/nn/fused.h"

#include <ATen/ATen.h>
#include <gtest/gtest.h>
#include <torch/autograd.h>

#include "belamy/nn/network.h"
#include "belamy/optim/optimizer.h"
#include "belamy/recipe/recipe.h"

namespace belamy {
namespace {

enum class Form { kFused, kPlain };

at::Tensor pass(const Network& network, const at::Tensor& x, Precision precision, Form form) {
  RandomStream random(9, "dropout");
  const ForwardContext context{Mode::kTraining, true, precision, &random};
  return form == Form::kPlain ? network.plain_forward(x, context) : network.forward(x, context);
}

// The output, then the gradients of a weighted sum of it: of x and of the parameters.
std::vector<at::Tensor> values_and_gradients(Network& network, const at::Tensor& x,
                                             Precision precision, Form form) {
  network.set_trainable(true);
  const at::Tensor input = x.detach().requires_grad_(true);
  const at::Tensor y = pass(network, input, precision, form);
  at::manual_seed(5);
  std::vector<at::Tensor> wanted = {input};
  for (const at::Tensor& parameter : network.parameter_tensors()) wanted.push_back(parameter);
  std::vector<at::Tensor> all = {y.detach()};
  for (const at::Tensor& gradient :
       torch::autograd::grad({(y * at::randn(y.sizes())).sum()}, wanted)) {
    all.push_back(gradient);
  }
  return all;
}

double distance(const at::Tensor& a, const at::Tensor& b) {
  return ((a - b).norm() / (b.norm() + 1e-9)).item<double>();
}

class FusedStages : public ::testing::TestWithParam<const char*> {
 protected:
  const Recipe recipe = load_recipe(GetParam());

  Network generator() const {
    return {"generator", recipe.generator.layers, {recipe.game.latent_size}, 3};
  }
  Network discriminator() const {
    return {"discriminator", recipe.discriminator.layers, {1, 28, 28}, 4};
  }
  at::Tensor latent() const { return at::randn({16, recipe.game.latent_size}); }
  static at::Tensor images() { return at::rand({16, 1, 28, 28}) * 2 - 1; }

  static void expect_agreement(Network network, const at::Tensor& x, Precision precision,
                               double tolerance) {
    const auto plain = values_and_gradients(network, x, Precision::kFp32, Form::kPlain);
    const auto fused = values_and_gradients(network, x, precision, Form::kFused);
    for (size_t i = 0; i < plain.size(); ++i) {
      // A bias before batch normalisation has no gradient but rounding's.
      if (plain[i].norm().item<double>() < 1e-3) continue;
      EXPECT_LT(distance(fused[i], plain[i]), tolerance) << network.name() << ", tensor " << i;
    }
  }
};

TEST_P(FusedStages, agree_with_plain_layers_in_fp32) {
  at::manual_seed(1);
  expect_agreement(generator(), latent(), Precision::kFp32, 1e-3);
  expect_agreement(discriminator(), images(), Precision::kFp32, 1e-3);
}

TEST_P(FusedStages, agree_with_plain_layers_in_bf16_as_far_as_its_digits_go) {
  at::manual_seed(1);
  expect_agreement(generator(), latent(), Precision::kBf16, 0.2);
  expect_agreement(discriminator(), images(), Precision::kBf16, 0.2);
}

// What R1 and WGAN-GP differentiate: the squared norm of the gradient of D with respect to x.
std::vector<at::Tensor> penalty_gradients(const Network& network, const at::Tensor& x,
                                          Precision precision, Form form) {
  const at::Tensor input = x.detach().requires_grad_(true);
  const at::Tensor y = pass(network, input, precision, form);
  const at::Tensor of_x = torch::autograd::grad({y.sum()}, {input}, {}, /*retain_graph=*/true,
                                                /*create_graph=*/true)[0];
  return torch::autograd::grad({of_x.square().sum()}, network.parameter_tensors(), {}, c10::nullopt,
                               false, /*allow_unused=*/true);
}

TEST_P(FusedStages, differentiate_twice) {
  at::manual_seed(1);
  Network network = discriminator();
  network.set_trainable(true);
  const at::Tensor x = images();
  const auto plain = penalty_gradients(network, x, Precision::kFp32, Form::kPlain);
  for (const Precision precision : {Precision::kFp32, Precision::kBf16}) {
    const auto fused = penalty_gradients(network, x, precision, Form::kFused);
    for (size_t i = 0; i < plain.size(); ++i) {
      if (!plain[i].defined() || plain[i].norm().item<double>() < 1e-3) continue;
      const double tolerance = precision == Precision::kFp32 ? 1e-3 : 0.25;
      EXPECT_LT(distance(fused[i], plain[i]), tolerance) << precision_name(precision) << i;
    }
  }
}

// Fifty updates with SGD, towards outputs of 1: rounding must not grow into another training.
TEST_P(FusedStages, train_as_plain_layers_do_over_50_steps_in_fp32) {
  std::vector<Network> networks;
  for (const Form form : {Form::kFused, Form::kPlain}) {
    networks.push_back(discriminator());
    Network& network = networks.back();
    network.set_trainable(true);
    SgdOptions sgd;
    sgd.learning_rate = 1e-3;
    const auto optimizer = make_optimizer(sgd, network.flat_parameters());
    at::manual_seed(2);
    for (int step = 0; step < 50; ++step) {
      const at::Tensor cost = (pass(network, images(), Precision::kFp32, form) - 1).square().mean();
      optimizer->step(torch::autograd::grad({cost}, network.parameter_tensors()));
    }
  }
  const auto fused = networks[0].state(), plain = networks[1].state();
  for (size_t i = 0; i < fused.size(); ++i) {
    EXPECT_TRUE(at::allclose(fused[i].tensor, plain[i].tensor, 1e-3, 1e-5)) << fused[i].name;
  }
}

INSTANTIATE_TEST_SUITE_P(Recipes, FusedStages,
                         ::testing::Values("s1-mlp", "s2-dcgan-transpose", "s3-scratch",
                                           "s4-dcgan-rmsprop", "dcgan-28", "demo"),
                         [](const ::testing::TestParamInfo<const char*>& recipe) {
                           std::string name = recipe.param;
                           std::replace(name.begin(), name.end(), '-', '_');
                           return name;
                         });

// A convolution of upsampled images runs as one transposed convolution, where that is less work.
TEST(FusedStages, upsampling_joins_the_convolution_after_it) {
  const auto upsampled = [](std::vector<int64_t> factor, const char* interpolation,
                            ConvolutionFields fields) {
    return std::vector<LayerOptions>{UpsampleOptions{factor, interpolation}, ConvOptions{fields}};
  };
  const ActivationOptions leaky = LeakyRelu{0.2};
  std::vector<std::vector<LayerOptions>> lists = {
      upsampled({2}, "nearest", {.filters = 5, .kernel = {5}, .padding = "same"}),
      upsampled({2}, "nearest", {.filters = 1, .kernel = {5}, .activation = leaky}),
      upsampled({2, 3}, "nearest", {.filters = 17, .kernel = {4, 3}, .padding = "same"}),
      upsampled({4, 1}, "nearest", {.filters = 3, .kernel = {2, 5}, .use_bias = false}),
      upsampled({2}, "bilinear", {.filters = 3, .kernel = {3}}),
      upsampled({2}, "nearest", {.filters = 3, .kernel = {3}, .strides = {2}}),
      upsampled({2}, "nearest", {.filters = 3, .kernel = {3}, .activation = leaky})};
  lists.back().push_back(MaxPoolOptions{});
  for (auto& list : lists) list.push_back(ConvOptions{{.filters = 2, .kernel = {1}}});
  for (size_t i = 0; i < lists.size(); ++i) {
    SCOPED_TRACE(i);
    at::manual_seed(3);
    Network network("list", lists[i], {6, 7, 5}, 1);
    const at::Tensor x = at::randn({3, 6, 7, 5});
    const auto plain = values_and_gradients(network, x, Precision::kFp32, Form::kPlain);
    const auto twice = penalty_gradients(network, x, Precision::kFp32, Form::kPlain);
    for (const Precision precision : {Precision::kFp32, Precision::kBf16}) {
      const double tolerance = precision == Precision::kFp32 ? 1e-4 : 0.05;
      const auto fused = values_and_gradients(network, x, precision, Form::kFused);
      for (size_t t = 0; t < plain.size(); ++t) EXPECT_LT(distance(fused[t], plain[t]), tolerance);
    }
    const auto of_fused = penalty_gradients(network, x, Precision::kFp32, Form::kFused);
    for (size_t t = 0; t < twice.size(); ++t) {
      if (!twice[t].defined()) continue;
      EXPECT_LT(distance(of_fused[t], twice[t]), 1e-4);
    }
  }
}

TEST(FusedStages, weights_changed_by_the_optimiser_are_used) {
  DenseOptions dense;
  dense.units = 64;
  Network network("generator", {dense}, {64}, 1);
  network.set_trainable(true);
  const auto optimizer = make_optimizer(SgdOptions{}, network.flat_parameters());
  const at::Tensor x = at::randn({8, 64});
  const at::Tensor before = network.forward(x, {.precision = Precision::kBf16}).detach();
  optimizer->step(torch::autograd::grad({network.forward(x, {.precision = Precision::kBf16}).sum()},
                                        network.parameter_tensors()));
  const at::Tensor after = network.forward(x, {.precision = Precision::kBf16}).detach();
  const at::Tensor wide = network.plain_forward(x, {}).detach();
  EXPECT_GT(distance(before, wide), 0.05);
  EXPECT_LT(distance(after, wide), 0.01);
}

}  // namespace
}  // namespace belamy
