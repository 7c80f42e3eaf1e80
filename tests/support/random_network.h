// Networks of recipes with weights and moving statistics as a training might leave them: fresh ones
// have zeros and ones where mistakes would not show.
#pragma once

#include <ATen/ATen.h>

#include "belamy/nn/network.h"
#include "belamy/recipe/builtin.h"
#include "belamy/recipe/recipe.h"

namespace belamy::testing {

/// Biases, gammas, betas and means get small random values, variances positive ones.
inline void disturb(const Network& network, uint64_t seed) {
  const at::NoGradGuard no_grad;
  at::manual_seed(seed);
  for (const NamedTensor& held : network.state()) {
    const std::string kind = held.name.substr(held.name.rfind('.') + 1);
    if (kind == "running_var") {
      held.tensor.copy_(at::rand(held.tensor.sizes()) + 0.5);
    } else if (held.tensor.dim() == 1) {
      held.tensor.add_(at::randn(held.tensor.sizes()), 0.2);
    }
  }
}

inline Network random_generator(const Recipe& recipe) {
  Network network("generator", recipe.generator.layers, {recipe.game.latent_size}, 3);
  disturb(network, 5);
  return network;
}

inline Network random_discriminator(const Recipe& recipe) {
  Network network("discriminator", recipe.discriminator.layers, recipe_sample_shape(recipe), 4);
  disturb(network, 6);
  return network;
}

/// A batch of inputs, N(0, 1).
inline at::Tensor random_input(const Network& network, int64_t batch) {
  std::vector<int64_t> sizes = network.input_shape();
  sizes.insert(sizes.begin(), batch);
  return at::randn(sizes);
}

/// The built-in recipes whose networks are written out as lists, from latent vectors alone.
inline std::vector<std::string> recipes_of_lists() {
  std::vector<std::string> names;
  for (const BuiltinRecipe& builtin : builtin_recipes()) {
    const Recipe recipe = load_recipe(builtin.name);
    if (recipe.generator.layers.empty() || recipe.game.condition != "none") continue;
    names.push_back(builtin.name);
  }
  return names;
}

/// One list with every layer type and activation, from a latent vector of 6 to a 2×… image.
inline std::vector<LayerOptions> every_layer() {
  const auto activation = [](ActivationOptions function) {
    return ActivationLayerOptions{.function = std::move(function)};
  };
  ConvTransposeOptions up;
  up.filters = 5, up.kernel = {3, 2}, up.strides = {2, 3}, up.padding = "same",
  up.activation = Elu{};
  ConvTransposeOptions valid_up;
  valid_up.filters = 4, valid_up.kernel = {2}, valid_up.strides = {3}, valid_up.use_bias = false;
  ConvOptions conv;
  conv.filters = 6, conv.kernel = {4, 3}, conv.strides = {2}, conv.padding = "same";
  conv.activation = LeakyRelu{};
  MaxPoolOptions max_pool;
  max_pool.size = {3, 2}, max_pool.strides = {2}, max_pool.padding = "same";
  AveragePoolOptions average_pool;
  average_pool.size = {3}, average_pool.strides = {2}, average_pool.padding = "same";
  DenseOptions dense, last;
  dense.units = 54, dense.use_bias = false;
  last.units = 10;
  return {dense,
          BatchNormOptions{},
          activation(Swish{}),
          DropoutOptions{},
          ReshapeOptions{.shape = {6, 3, 3}},
          up,
          activation(Gelu{}),
          ZeroPadOptions{.padding = {1, 0, 2, 1}},
          BatchNormOptions{},
          UpsampleOptions{.factor = {2, 3}, .interpolation = "bilinear"},
          conv,
          activation(Selu{}),
          valid_up,
          activation(Softplus{}),
          CropOptions{.cropping = {1, 2, 0, 3}},
          UpsampleOptions{},
          max_pool,
          activation(Relu{}),
          average_pool,
          activation(Sigmoid{}),
          FlattenOptions{},
          last,
          activation(Tanh{})};
}

}  // namespace belamy::testing
