#include "belamy/nn/folding.h"

#include <ATen/ATen.h>
#include <gtest/gtest.h>

#include "belamy/optim/optimizer.h"
#include "tests/support/random_network.h"

namespace belamy {
namespace {

using testing::disturb;
using testing::random_input;

size_t norms_in(const Network& network) {
  size_t count = 0;
  for (const ListedLayer& layer : network.listed_layers()) {
    count += std::holds_alternative<BatchNormOptions>(layer.options) ? 1 : 0;
  }
  return count;
}

// By how much the folded network's outputs differ from the plain layers', against their spread.
double error_of(const Network& folded, const Network& network) {
  const at::NoGradGuard no_grad;
  const at::Tensor x = random_input(network, 8);
  const at::Tensor plain = network.plain_forward(x, {});
  return ((folded.forward(x, {}) - plain).abs().max() / plain.std()).item<double>();
}

TEST(Folding, agrees_with_the_plain_layers_of_every_recipe) {
  for (const std::string& name : testing::recipes_of_lists()) {
    SCOPED_TRACE(name);
    const Recipe recipe = load_recipe(name);
    for (const Network& network :
         {testing::random_generator(recipe), testing::random_discriminator(recipe)}) {
      const auto folded = fold_batch_norm(network);
      EXPECT_EQ(folded.has_value(), norms_in(network) > 0) << network.name();
      if (folded) {
        EXPECT_LT(error_of(*folded, network), 1e-4) << network.name();
      }
    }
  }
}

TEST(Folding, leaves_no_batch_normalisation_in_the_generators) {
  for (const std::string& name : testing::recipes_of_lists()) {
    const Network network = testing::random_generator(load_recipe(name));
    const auto folded = fold_batch_norm(network);
    if (folded) {
      EXPECT_EQ(norms_in(*folded), 0u) << name;
    }
  }
}

TEST(Folding, keeps_what_a_padded_zero_would_belie) {
  // s2's discriminator: a convolution, zero_pad, then batch_norm; two more right after
  // convolutions.
  const Network network = testing::random_discriminator(load_recipe("s2-dcgan-transpose"));
  ASSERT_EQ(norms_in(network), 3u);
  EXPECT_EQ(norms_in(*fold_batch_norm(network)), 1u);
}

// batch_norm between an activation and the layer given: it can only be folded forward.
std::optional<Network> folded_into(const LayerOptions& layer, const Network*& original) {
  static std::optional<Network> network;
  ConvOptions first;
  first.filters = 4;
  first.activation = Relu{};
  network.emplace("generator",
                  std::vector<LayerOptions>{first, BatchNormOptions{}, UpsampleOptions{},
                                            DropoutOptions{}, layer},
                  Shape{2, 6, 6}, 1);
  disturb(*network, 2);
  original = &*network;
  return fold_batch_norm(*network);
}

TEST(Folding, goes_forward_into_a_convolution_that_pads_nothing) {
  const Network* network = nullptr;
  ConvOptions conv;
  conv.filters = 3;
  conv.use_bias = false;
  const auto folded = folded_into(conv, network);
  ASSERT_TRUE(folded.has_value());
  EXPECT_EQ(norms_in(*folded), 0u);
  EXPECT_LT(error_of(*folded, *network), 1e-5);
}

TEST(Folding, does_not_go_forward_into_a_convolution_that_pads_or_a_transposed_one) {
  const Network* network = nullptr;
  ConvOptions conv;
  conv.filters = 3;
  conv.padding = "same";
  EXPECT_FALSE(folded_into(conv, network).has_value());
  ConvTransposeOptions transposed;
  transposed.filters = 3;
  EXPECT_FALSE(folded_into(transposed, network).has_value());
}

TEST(Folding, passes_a_reshape_only_where_a_channel_stays_one) {
  DenseOptions dense;
  dense.units = 24;
  const auto folded = [&](const LayerOptions& between) {
    const Network network("generator", {dense, between, BatchNormOptions{}, FlattenOptions{}}, {5},
                          1);
    disturb(network, 3);
    const auto result = fold_batch_norm(network);
    if (result) {
      EXPECT_LT(error_of(*result, network), 1e-5);
    }
    return result.has_value();
  };
  EXPECT_TRUE(folded(ReshapeOptions{.shape = {6, 2, 2}}));
  EXPECT_TRUE(folded(ReshapeOptions{.shape = {24}}));

  // Forward: an image's channels become features of a dense layer.
  ConvOptions conv;
  conv.filters = 4;
  conv.activation = Relu{};
  const Network network("generator", {conv, BatchNormOptions{}, FlattenOptions{}, dense}, {2, 5, 5},
                        1);
  disturb(network, 4);
  const auto forward = fold_batch_norm(network);
  ASSERT_TRUE(forward.has_value());
  EXPECT_LT(error_of(*forward, network), 1e-5);

  // Backward: pixels of one channel of [4, 3, 3] would belong to different channels of [6, 3, 2].
  conv.activation = Linear{};
  const Network mixed("generator", {conv, ReshapeOptions{.shape = {6, 3, 2}}, BatchNormOptions{}},
                      {2, 5, 5}, 1);
  disturb(mixed, 5);
  EXPECT_FALSE(fold_batch_norm(mixed).has_value());
}

TEST(Folding, every_layer_type_at_once_keeps_its_meaning) {
  const Network network("generator", testing::every_layer(), {6}, 1);
  disturb(network, 2);
  const auto folded = fold_batch_norm(network);
  ASSERT_TRUE(folded.has_value());
  EXPECT_LT(error_of(*folded, network), 1e-4);
}

TEST(FoldedNetwork, is_made_once_and_again_when_weights_or_averages_change) {
  Network network = testing::random_generator(load_recipe("demo"));
  const FoldedNetwork cache;
  const auto first = cache.of(network);
  EXPECT_EQ(cache.of(network), first);
  EXPECT_NE(first.get(), &network);

  network.set_trainable(true);
  const auto optimizer = make_optimizer(SgdOptions{}, network.flat_parameters());
  std::vector<at::Tensor> gradients;
  for (const at::Tensor& parameter : network.parameter_tensors()) {
    gradients.push_back(at::ones_like(parameter));
  }
  optimizer->step(gradients);
  const auto second = cache.of(network);
  EXPECT_NE(second, first);
  EXPECT_LT(error_of(*second, network), 1e-4);

  RandomStream random(1, "dropout");
  const ForwardContext training{Mode::kTraining, /*update_statistics=*/true, Precision::kFp32,
                                &random};
  network.forward(random_input(network, 16), training);
  const auto third = cache.of(network);
  EXPECT_NE(third, second);
  EXPECT_LT(error_of(*third, network), 1e-4);
}

TEST(FoldedNetwork, tells_networks_apart) {
  const Recipe recipe = load_recipe("demo");
  const Network a = testing::random_generator(recipe), b = testing::random_generator(recipe);
  const FoldedNetwork cache;
  const auto of_a = cache.of(a);
  EXPECT_NE(cache.of(b), of_a);
}

TEST(FoldedNetwork, is_the_network_itself_where_nothing_folds) {
  const Network network = testing::random_generator(load_recipe("s3-scratch"));
  const FoldedNetwork cache;
  EXPECT_EQ(cache.of(network).get(), &network);
}

}  // namespace
}  // namespace belamy
