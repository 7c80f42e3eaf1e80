#include "belamy/models/patch_discriminator.h"

#include <algorithm>

namespace belamy {

std::vector<LayerOptions> patch_discriminator(const PatchOptions& options) {
  const LeakyRelu leaky{.alpha = 0.2};
  const auto convolution = [&](int64_t filters, int64_t stride) {
    ConvOptions conv;
    conv.filters = filters;
    conv.kernel = {4};
    conv.strides = {stride};
    conv.padding = "same";
    conv.kernel_initializer = RandomNormal{.mean = 0, .stddev = 0.02};
    return conv;
  };
  ConvOptions first = convolution(options.filters, 2);
  first.activation = leaky;
  std::vector<LayerOptions> layers = {first};
  for (int64_t i = 1; i <= options.layers; ++i) {
    const int64_t width = options.filters * std::min<int64_t>(int64_t{1} << i, 8);
    layers.emplace_back(convolution(width, i < options.layers ? 2 : 1));
    layers.emplace_back(InstanceNormOptions{});
    layers.emplace_back(ActivationLayerOptions{leaky});
  }
  layers.emplace_back(convolution(1, 1));
  return layers;
}

}  // namespace belamy
