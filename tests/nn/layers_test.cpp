// The layers without windows, against literals and LibTorch's own.
#include <ATen/ATen.h>
#include <torch/autograd.h>

#include <cmath>

#include "belamy/nn/layer_list.h"
#include "tests/support/errors.h"

namespace belamy {
namespace {

using testing::error_of;

ForwardContext training(RandomStream& random) {
  return {Mode::kTraining, /*update_statistics=*/true, Precision::kFp32, &random};
}

TEST(Dense, multiplies_by_its_weight_and_adds_its_bias) {
  DenseOptions options;
  options.units = 2;
  options.activation = Relu{};
  Dense dense(options);
  RandomStream random(1, "test");
  dense.build({3}, random);
  at::Tensor weight = dense.tensors()[0].tensor, bias = dense.tensors()[1].tensor;
  weight.copy_(at::tensor({1.f, 2.f, 3.f, -1.f, 0.f, 1.f}).view({2, 3}));
  bias.copy_(at::tensor({0.5f, -3.f}));
  const at::Tensor y = dense.forward(at::tensor({1.f, 1.f, 1.f}).view({1, 3}), {});
  EXPECT_TRUE(at::equal(y, at::tensor({6.5f, 0.f}).view({1, 2}))) << y;
}

TEST(Dense, an_image_is_refused_with_the_remedy) {
  DenseOptions options;
  options.units = 1;
  const std::string message = error_of(ErrorKind::kShape, [&] {
    Dense(options).output_shape({1, 28, 28});
  });
  EXPECT_NE(message.find("flatten"), std::string::npos) << message;
}

TEST(MinibatchStd, tells_each_group_the_mean_deviation_of_its_values) {
  const MinibatchStd layer({.group_size = 2});
  // Deviations of the first two samples 1 and 3, of the others 0 and 0.
  const at::Tensor x = at::tensor({0.f, 0.f, 2.f, 6.f, 5.f, 7.f, 5.f, 7.f}).view({4, 2});
  const at::Tensor told = layer.forward(x, {}).select(1, 2);
  EXPECT_TRUE(at::allclose(told, at::tensor({2.f, 2.f, 0.f, 0.f}), 0, 1e-3)) << told;
  EXPECT_EQ(layer.output_shape({3, 4, 4}), (Shape{4, 4, 4}));
  EXPECT_EQ(layer.forward(at::randn({4, 3, 4, 5}), {}).sizes(), (at::IntArrayRef{4, 4, 4, 5}));
}

TEST(MinibatchStd, a_batch_that_has_no_whole_groups_is_divided_into_smaller_ones) {
  const at::Tensor x = at::tensor({0.f, 2.f, 10.f, 14.f, 3.f, 9.f}).view({6, 1});
  const at::Tensor of_four = MinibatchStd({.group_size = 4}).forward(x, {});
  EXPECT_TRUE(at::equal(of_four, MinibatchStd({.group_size = 3}).forward(x, {})));
}

TEST(MinibatchDiscrimination, sums_the_closeness_to_each_sample_of_the_batch) {
  MinibatchDiscrimination layer({.units = 2, .kernel_size = 1});
  RandomStream random(1, "test");
  layer.build({1}, random);
  at::Tensor weight = layer.tensors()[0].tensor;
  weight.copy_(at::tensor({1.f, 0.f}).view({2, 1}));
  const at::Tensor y = layer.forward(at::tensor({0.f, 1.f, 3.f}).view({3, 1}), {});
  const auto close = [](double distance) { return std::exp(-distance); };
  EXPECT_NEAR(y[0][1].item<double>(), 1 + close(1) + close(3), 1e-6);
  EXPECT_NEAR(y[1][1].item<double>(), 1 + close(1) + close(2), 1e-6);
  EXPECT_NEAR(y[2][2].item<double>(), 3, 1e-6);  // the other unit sees no difference
  EXPECT_EQ(y[2][0].item<float>(), 3);
}

TEST(BatchNorm, training_normalises_by_the_batch_and_moves_the_averages_as_keras) {
  BatchNorm norm({.momentum = 0.8, .epsilon = 1e-3});
  RandomStream random(1, "test");
  norm.build({1}, random);
  const at::Tensor x = at::tensor({1.f, 3.f}).view({2, 1});  // mean 2, variance 1 (unbiased 2)
  const at::Tensor y = norm.forward(x, training(random));
  const double scale = 1 / std::sqrt(1 + 1e-3);
  EXPECT_NEAR(y[0].item<double>(), -scale, 1e-6);
  EXPECT_NEAR(y[1].item<double>(), scale, 1e-6);
  EXPECT_NEAR(norm.tensors()[2].tensor.item<double>(), 0.2 * 2, 1e-6);
  EXPECT_NEAR(norm.tensors()[3].tensor.item<double>(), 0.8 * 1 + 0.2 * 2, 1e-6);
}

TEST(BatchNorm, a_training_pass_that_may_not_update_leaves_the_averages) {
  BatchNorm norm({});
  RandomStream random(1, "test");
  norm.build({1}, random);
  ForwardContext context = training(random);
  context.update_statistics = false;
  norm.forward(at::tensor({1.f, 3.f}).view({2, 1}), context);
  EXPECT_EQ(norm.tensors()[2].tensor.item<float>(), 0);
  EXPECT_EQ(norm.tensors()[3].tensor.item<float>(), 1);
}

TEST(BatchNorm, inference_uses_the_averages) {
  BatchNorm norm({.momentum = 0.9, .epsilon = 1e-3});
  RandomStream random(1, "test");
  norm.build({1}, random);
  norm.tensors()[2].tensor.fill_(5);
  norm.tensors()[3].tensor.fill_(4);
  const at::Tensor y = norm.forward(at::full({1, 1}, 9.f), {});
  EXPECT_NEAR(y.item<double>(), 4 / std::sqrt(4 + 1e-3), 1e-6);
}

TEST(Dropout, keeps_the_share_asked_for_and_scales_what_it_keeps) {
  Dropout dropout({.rate = 0.25});
  RandomStream random(5, "test");
  const at::Tensor y = dropout.forward(at::ones({1000, 100}), training(random));
  const double kept = (y != 0).to(at::kDouble).mean().item<double>();
  EXPECT_NEAR(kept, 0.75, 0.01);
  EXPECT_NEAR(y.max().item<double>(), 1 / 0.75, 1e-6);
}

TEST(Dropout, the_gradient_passes_where_the_value_passed) {
  Dropout dropout({.rate = 0.5});
  for (const auto layout : {at::MemoryFormat::Contiguous, at::MemoryFormat::ChannelsLast}) {
    RandomStream random(5, "test");
    const at::Tensor x = at::ones({2, 3, 4, 5}).contiguous(layout).set_requires_grad(true);
    const at::Tensor y = dropout.forward(x, training(random));
    // Values and gradients in either layout must meet the same mask.
    const at::Tensor gradient = torch::autograd::grad({(y * at::ones({2, 3, 4, 5})).sum()}, {x})[0];
    EXPECT_TRUE(at::equal(gradient, y));
  }
}

TEST(Dropout, second_order_gradients_exist) {
  Dropout dropout({.rate = 0.5});
  RandomStream random(5, "test");
  const at::Tensor x = at::full({64}, 3.f).set_requires_grad(true);
  const at::Tensor y = dropout.forward(x * x, training(random));
  const at::Tensor first = torch::autograd::grad({y.sum()}, {x}, {}, true, true)[0];
  const at::Tensor second = torch::autograd::grad({first.sum()}, {x})[0];
  EXPECT_TRUE(at::allclose(second, (y != 0).to(at::kFloat) * 4));  // d²(x²)/dx² = 2, scaled by 2
}

TEST(Dropout, inference_is_the_identity) {
  const at::Tensor x = at::rand({10});
  EXPECT_TRUE(at::equal(Dropout({.rate = 0.9}).forward(x, {}), x));
}

TEST(Upsample, nearest_repeats_pixels) {
  const at::Tensor y = Upsample({.factor = {2}}).forward(at::arange(4.f).view({1, 1, 2, 2}), {});
  const at::Tensor expected =
      at::tensor({0.f, 0.f, 1.f, 1.f, 0.f, 0.f, 1.f, 1.f, 2.f, 2.f, 3.f, 3.f, 2.f, 2.f, 3.f, 3.f});
  EXPECT_TRUE(at::equal(y.flatten(), expected)) << y;
}

TEST(Upsample, bilinear_samples_at_half_pixels) {
  const Upsample upsample({.factor = {1, 2}, .interpolation = "bilinear"});
  const at::Tensor y = upsample.forward(at::tensor({0.f, 4.f}).view({1, 1, 1, 2}), {});
  EXPECT_TRUE(at::allclose(y.flatten(), at::tensor({0.f, 1.f, 3.f, 4.f}))) << y;
}

TEST(ZeroPad, four_numbers_are_top_bottom_left_right) {
  const ZeroPad pad({.padding = {0, 1, 0, 2}});
  EXPECT_EQ(pad.output_shape({1, 2, 2}), (Shape{1, 3, 4}));
  const at::Tensor y = pad.forward(at::ones({1, 1, 2, 2}), {});
  EXPECT_EQ(y.sum().item<float>(), 4);
  EXPECT_EQ(y[0][0][0][0].item<float>(), 1);
  EXPECT_EQ(y[0][0][2][3].item<float>(), 0);
}

TEST(Crop, four_numbers_are_top_bottom_left_right) {
  const Crop crop({.cropping = {1, 0, 0, 2}});
  EXPECT_EQ(crop.output_shape({1, 2, 3}), (Shape{1, 1, 1}));
  const at::Tensor y = crop.forward(at::arange(6.f).view({1, 1, 2, 3}), {});
  EXPECT_TRUE(at::equal(y.flatten(), at::tensor({3.f}))) << y;
}

TEST(Crop, undoes_zero_pad_with_the_same_numbers) {
  const at::Tensor x = at::rand({2, 3, 4, 5});
  const at::Tensor padded = ZeroPad({.padding = {1, 2}}).forward(x, {});
  EXPECT_TRUE(at::equal(Crop({.cropping = {1, 2}}).forward(padded, {}), x));
}

TEST(Crop, refuses_to_leave_nothing) {
  const std::string message = error_of(ErrorKind::kShape, [] {
    Crop({.cropping = {2}}).output_shape({1, 4, 7});
  });
  EXPECT_EQ(message, "[shape] crop takes 4 rows and 4 columns away, got 1×4×7");
}

// PyTorch's padding = 1 where Keras's "same" is something else, as recipes/dcgan-28.toml has it.
TEST(Crop, after_a_valid_transposed_convolution_is_pytorchs_padding) {
  ConvTranspose layer({{.filters = 2, .kernel = {3}, .strides = {2}, .use_bias = false}});
  RandomStream random(1, "weights");
  layer.build({3, 4, 4}, random);
  const at::Tensor x = at::randn({2, 3, 4, 4});
  const at::Tensor y = Crop({.cropping = {1}}).forward(layer.forward(x, {}), {});
  const at::Tensor expected = at::conv_transpose2d(x, layer.weight(), {}, 2, 1);
  EXPECT_EQ(y.sizes(), (at::IntArrayRef{2, 2, 7, 7}));
  EXPECT_TRUE(at::allclose(y, expected, 1e-4, 1e-5));
}

TEST(ZeroPad, before_a_valid_convolution_is_pytorchs_padding) {
  Conv layer({{.filters = 2, .kernel = {4}, .strides = {2}, .use_bias = false}});
  RandomStream random(1, "weights");
  layer.build({3, 9, 9}, random);
  const at::Tensor x = at::randn({2, 3, 7, 7});
  const at::Tensor y = layer.forward(ZeroPad({.padding = {1}}).forward(x, {}), {});
  const at::Tensor expected = at::conv2d(x, layer.tensors().front().tensor, {}, 2, 1);
  EXPECT_EQ(y.sizes(), (at::IntArrayRef{2, 2, 3, 3}));
  EXPECT_TRUE(at::allclose(y, expected, 1e-4, 1e-5));
}

TEST(Pooling, max_with_same_padding_ignores_what_was_added) {
  MaxPoolOptions options;
  options.padding = "same";
  const MaxPool pool(options);
  const at::Tensor y = pool.forward(at::tensor({-1.f, -2.f, -3.f}).view({1, 1, 1, 3}), {});
  EXPECT_TRUE(at::equal(y.flatten(), at::tensor({-1.f, -3.f}))) << y;
}

TEST(Pooling, average_with_same_padding_divides_by_the_real_pixels) {
  AveragePoolOptions options;
  options.padding = "same";
  const AveragePool pool(options);
  const at::Tensor y = pool.forward(at::tensor({2.f, 4.f, 6.f}).view({1, 1, 1, 3}), {});
  EXPECT_TRUE(at::allclose(y.flatten(), at::tensor({3.f, 6.f}))) << y;
}

TEST(Pooling, valid_drops_the_remainder_as_keras) {
  EXPECT_EQ(MaxPool({}).output_shape({4, 5, 7}), (Shape{4, 2, 3}));
}

TEST(Reshape, another_number_of_values_is_refused_with_both) {
  const Reshape reshape({.shape = {1, 28, 28}});
  const std::string message = error_of(ErrorKind::kShape, [&] { reshape.output_shape({700}); });
  EXPECT_NE(message.find("784"), std::string::npos) << message;
  EXPECT_NE(message.find("700"), std::string::npos) << message;
}

TEST(Activation, functions_have_their_defining_values) {
  const at::Tensor x = at::tensor({-2.f, 0.f, 2.f});
  const auto value = [&](const ActivationOptions& f, int i) {
    return activate(x, f)[i].item<double>();
  };
  EXPECT_NEAR(value(LeakyRelu{}, 0), -0.6, 1e-6);  // Keras's default slope
  EXPECT_NEAR(value(LeakyRelu{0.2}, 0), -0.4, 1e-6);
  EXPECT_NEAR(value(Elu{}, 0), std::expm1(-2.0), 1e-6);
  EXPECT_NEAR(value(Sigmoid{}, 2), 1 / (1 + std::exp(-2.0)), 1e-6);
  EXPECT_NEAR(value(Tanh{}, 2), std::tanh(2.0), 1e-6);
  EXPECT_NEAR(value(Softplus{}, 1), std::log(2.0), 1e-6);
  EXPECT_NEAR(value(Swish{}, 2), 2 / (1 + std::exp(-2.0)), 1e-6);
  EXPECT_NEAR(value(Selu{}, 2), 2 * 1.0507009873554805, 1e-5);
  EXPECT_EQ(value(Relu{}, 0), 0);
  EXPECT_EQ(value(Linear{}, 0), -2);
}

}  // namespace
}  // namespace belamy
