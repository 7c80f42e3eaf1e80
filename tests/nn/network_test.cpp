#include "belamy/nn/network.h"

#include <ATen/ATen.h>
#include <torch/autograd.h>

#include "belamy/recipe/recipe.h"
#include "tests/support/errors.h"

namespace belamy {
namespace {

using testing::error_of;

// Runs both forms on the same dropout masks.
void expect_stages_match_layers(const Network& network, const at::Tensor& x, Mode mode) {
  RandomStream first(9, "dropout"), second(9, "dropout");
  const at::Tensor compiled = network.forward(x, {mode, false, Precision::kFp32, &first});
  const at::Tensor plain = network.plain_forward(x, {mode, false, Precision::kFp32, &second});
  EXPECT_TRUE(at::allclose(compiled, plain, 1e-4, 1e-5))
      << network.name() << ": " << (compiled - plain).abs().max().item<double>();
}

TEST(Network, compiled_stages_compute_what_the_layers_of_every_seed_mean) {
  for (const char* name : {"s1-mlp", "s2-dcgan-transpose", "s3-scratch", "s4-dcgan-rmsprop"}) {
    SCOPED_TRACE(name);
    const auto game = make_game(load_recipe(name), {1, 28, 28});
    at::manual_seed(1);
    for (const Mode mode : {Mode::kTraining, Mode::kInference}) {
      expect_stages_match_layers(*game->networks()[0], at::randn({3, 100}), mode);
      expect_stages_match_layers(*game->networks()[1], at::rand({3, 1, 28, 28}), mode);
    }
  }
}

TEST(Network, a_turned_convolution_matches_for_even_kernels_and_both_paddings) {
  for (const int64_t kernel : {1, 2, 3, 4, 5}) {
    for (const char* padding : {"same", "valid"}) {
      ConvTransposeOptions options;
      options.filters = 2;
      options.kernel = {kernel, 3};
      options.padding = padding;
      options.activation = Tanh{};
      const Network network("generator", {options, options}, {3, 6, 5}, 1);
      expect_stages_match_layers(network, at::randn({2, 3, 6, 5}), Mode::kInference);
    }
  }
}

TEST(Network, bf16_stays_near_fp32) {
  const auto game = make_game(load_recipe("s4-dcgan-rmsprop"), {1, 28, 28});
  at::manual_seed(1);
  const at::Tensor x = at::rand({8, 1, 28, 28});
  const at::Tensor narrow = game->networks()[1]->logits(x, {.precision = Precision::kBf16});
  const at::Tensor wide = game->networks()[1]->logits(x, {.precision = Precision::kFp32});
  EXPECT_LT((narrow - wide).abs().max().item<double>(), 0.05);
  EXPECT_FALSE(at::equal(narrow, wide));
}

TEST(Network, logits_stop_before_the_last_activation) {
  DenseOptions options;
  options.units = 1;
  options.activation = Sigmoid{};
  const Network network("discriminator", {options}, {4}, 1);
  const at::Tensor x = at::randn({5, 4});
  EXPECT_TRUE(at::allclose(network.forward(x, {}), network.logits(x, {}).sigmoid()));
}

TEST(Network, a_sigmoid_before_a_final_flatten_is_still_the_last_activation) {
  ConvOptions judge;
  judge.filters = 1;
  judge.activation = Sigmoid{};
  const std::vector<LayerOptions> layers = {judge, FlattenOptions{}};
  EXPECT_TRUE(std::holds_alternative<Sigmoid>(final_activation(layers)));
  const Network network("discriminator", layers, {2, 3, 3}, 1);
  const at::Tensor x = at::randn({5, 2, 3, 3});
  EXPECT_TRUE(at::allclose(network.logits(x, {}).sigmoid(), network.plain_forward(x, {})));
  EXPECT_EQ(network.logits(x, {}).sizes(), (std::vector<int64_t>{5, 1}));
}

// LibTorch lacks bf16 for some operations in some versions: every layer must train in it.
TEST(Network, every_layer_has_bf16_values_and_gradients) {
  ConvOptions conv;
  conv.filters = 4;
  conv.strides = {2};
  conv.padding = "same";
  ConvTransposeOptions strided, turned;
  strided.filters = turned.filters = 4;
  strided.strides = {2};
  strided.padding = turned.padding = "same";
  AveragePoolOptions average;
  average.padding = "same";
  MaxPoolOptions greatest;
  greatest.padding = "same";
  DenseOptions dense;
  dense.units = 256;
  std::vector<LayerOptions> layers = {conv,
                                      strided,
                                      turned,
                                      average,
                                      UpsampleOptions{},
                                      UpsampleOptions{{2}, "bilinear"},
                                      greatest,
                                      BatchNormOptions{},
                                      DropoutOptions{},
                                      ZeroPadOptions{}};
  for (const ActivationOptions& function :
       {ActivationOptions(Relu{}), ActivationOptions(LeakyRelu{}), ActivationOptions(Elu{}),
        ActivationOptions(Selu{}), ActivationOptions(Gelu{}), ActivationOptions(Swish{}),
        ActivationOptions(Softplus{}), ActivationOptions(Tanh{}), ActivationOptions(Sigmoid{})}) {
    layers.push_back(conv);
    std::get<ConvOptions>(layers.back()).strides = {1};
    std::get<ConvOptions>(layers.back()).activation = function;
  }
  layers.insert(layers.end(), {FlattenOptions{}, dense, dense});
  Network network("generator", layers, {3, 16, 16}, 1);
  network.set_trainable(true);
  RandomStream random(1, "dropout");
  const at::Tensor x = at::randn({4, 3, 16, 16}).set_requires_grad(true);
  const at::Tensor y = network.forward(x, {Mode::kTraining, true, Precision::kBf16, &random});
  std::vector<at::Tensor> inputs = network.parameter_tensors();
  inputs.push_back(x);
  for (const at::Tensor& gradient : torch::autograd::grad({y.square().mean()}, inputs)) {
    EXPECT_TRUE(gradient.isfinite().all().item<bool>());
  }
}

TEST(Network, a_shape_that_does_not_fit_names_the_layer_and_both_shapes) {
  DenseOptions dense;
  dense.units = 700;
  ReshapeOptions reshape{{1, 28, 28}};
  try {
    infer_shapes("generator", {dense, reshape}, {100});
    FAIL() << "no error";
  } catch (const LayerShapeError& error) {
    EXPECT_EQ(error.layer(), 1u);
    EXPECT_EQ(error.network(), "generator");
    EXPECT_EQ(std::string(error.what()),
              "[shape] generator layer 2 (reshape): reshape to 1×28×28 needs 784 values, got 700 "
              "(700)");
  }
}

TEST(Network, layers_that_no_machine_could_hold_are_refused) {
  UpsampleOptions upsample{{64}};
  const std::string message = error_of(ErrorKind::kShape, [&] {
    infer_shapes("generator", {upsample, upsample, upsample, upsample}, {1, 64, 64});
  });
  EXPECT_NE(message.find("2^31"), std::string::npos) << message;
}

TEST(Network, parameters_and_gradients_are_views_of_flat_buffers) {
  DenseOptions dense;
  dense.units = 5;
  const Network network("generator", {dense, BatchNormOptions{}, dense}, {3}, 1);
  const FlatParameters& flat = network.flat_parameters();
  ASSERT_EQ(network.parameters().size(), 6u);
  ASSERT_EQ(network.gradients().size(), 6u);
  for (size_t i = 0; i < 6; ++i) {
    const size_t offset = 16 * i + (i == 5 ? 16 : 0);  // dense_2.weight is longer than 16
    EXPECT_EQ(network.parameters()[i].tensor.data_ptr<float>(), flat.values.data() + offset);
    EXPECT_EQ(network.gradients()[i].tensor.data_ptr<float>(), flat.gradients.data() + offset);
    EXPECT_EQ(network.gradients()[i].name, network.parameters()[i].name);
  }
  ASSERT_EQ(network.flat_statistics().views().size(), 2u);
  EXPECT_EQ(network.flat_statistics().views()[1].name, "batch_normalization_1.running_var");

  // The layers compute with these very numbers.
  const at::Tensor x = at::ones({1, 3}), before = network.forward(x, {});
  flat.values.data()[16] += 1;  // dense_1.bias
  EXPECT_FALSE(at::equal(network.forward(x, {}), before));
  EXPECT_TRUE(at::equal(network.state()[1].tensor, network.parameters()[1].tensor));
}

TEST(Network, loading_moves_the_versions_of_parameters_and_statistics) {
  Network network("generator", {BatchNormOptions{}}, {3}, 1);
  network.set_trainable(true);
  std::vector<int64_t> before;
  std::vector<NamedTensor> tensors;
  for (const NamedTensor& held : network.state()) {
    before.push_back(static_cast<int64_t>(held.tensor._version()));
    tensors.push_back({held.name, at::full({3}, 4.f)});
  }
  network.load_state(tensors, "file");
  for (size_t i = 0; i < before.size(); ++i) {
    EXPECT_GT(static_cast<int64_t>(network.state()[i].tensor._version()), before[i]);
  }
}

TEST(Network, equal_seeds_give_equal_weights_and_others_do_not) {
  DenseOptions dense;
  dense.units = 8;
  const Network a("generator", {dense}, {4}, 1), b("generator", {dense}, {4}, 1),
      c("generator", {dense}, {4}, 2);
  EXPECT_TRUE(at::equal(a.state()[0].tensor, b.state()[0].tensor));
  EXPECT_FALSE(at::equal(a.state()[0].tensor, c.state()[0].tensor));
}

TEST(Network, tensors_are_named_as_keras_names_layers) {
  const auto game = make_game(load_recipe("s2-dcgan-transpose"), {1, 28, 28});
  std::vector<std::string> names;
  for (const NamedTensor& tensor : game->networks()[0]->state()) names.push_back(tensor.name);
  EXPECT_EQ(names[0], "dense_1.weight");
  EXPECT_EQ(names[2], "conv2d_transpose_1.weight");
  EXPECT_EQ(names[4], "batch_normalization_1.weight");
  EXPECT_EQ(game->networks()[1]->rows()[1].name, "leaky_re_lu_1");
  EXPECT_EQ(game->networks()[1]->rows()[4].name, "zero_padding2d_1");
}

TEST(Network, loading_refuses_missing_superfluous_and_misshapen_tensors_and_changes_nothing) {
  DenseOptions dense;
  dense.units = 2;
  Network network("generator", {dense}, {3}, 1);
  const at::Tensor before = network.state()[0].tensor.clone();
  const at::Tensor weight = at::zeros({2, 3}), bias = at::zeros({2});
  const auto refuse = [&](const std::vector<NamedTensor>& tensors) {
    const std::string message =
        error_of(ErrorKind::kCheckpoint, [&] { network.load_state(tensors, "file"); });
    EXPECT_TRUE(at::equal(network.state()[0].tensor, before));
    return message;
  };
  EXPECT_NE(refuse({{"dense_1.weight", weight}}).find("dense_1.bias"), std::string::npos);
  EXPECT_NE(refuse({{"dense_1.weight", at::zeros({3, 2})}, {"dense_1.bias", bias}}).find("3×2"),
            std::string::npos);
  EXPECT_NE(
      refuse({{"dense_1.weight", weight}, {"dense_1.bias", bias}, {"extra", bias}}).find("extra"),
      std::string::npos);
  network.load_state({{"dense_1.bias", bias}, {"dense_1.weight", weight}}, "file");
  EXPECT_TRUE(at::equal(network.state()[0].tensor, weight));
}

}  // namespace
}  // namespace belamy
