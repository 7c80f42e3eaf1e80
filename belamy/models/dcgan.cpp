#include "belamy/models/dcgan.h"

#include <bit>

#include "belamy/core/error.h"

namespace belamy {
namespace {

constexpr int64_t kSmallest = 4;  // side of the deepest images
constexpr int64_t kWidest = 1 << 14;

const RandomNormal kWeights{.mean = 0, .stddev = 0.02};

// How often the side is halved on the way down to 4.
int64_t halvings(const DcganOptions& options, const Shape& image) {
  const int64_t side = image.size() == 3 ? image[1] : 0;
  const bool fits = side >= 2 * kSmallest && image[2] == side &&
                    std::has_single_bit(static_cast<uint64_t>(side / kSmallest)) &&
                    side % kSmallest == 0;
  if (!fits) {
    fail(ErrorKind::kShape,
         "architecture \"dcgan\" is for square images of 8, 16, 32, 64, ... pixels, got {}; bring "
         "them to such a size by data.height and data.width, or list layers",
         shape_text(image));
  }
  const int64_t times = std::countr_zero(static_cast<uint64_t>(side / kSmallest));
  if (options.filters << (times - 1) > kWidest) {
    fail(ErrorKind::kShape, "architecture \"dcgan\" would need {} channels; lower filters",
         options.filters << (times - 1));
  }
  return times;
}

template <class Options>
Options convolution(const DcganOptions& dcgan, int64_t filters, bool use_bias) {
  Options options;
  options.filters = filters;
  options.kernel = {dcgan.kernel};
  options.strides = {2};
  options.padding = "same";
  options.use_bias = use_bias;
  options.kernel_initializer = kWeights;
  return options;
}

BatchNormOptions normalization() {
  return {.momentum = 0.9, .epsilon = 1e-5};
}

}  // namespace

std::vector<LayerOptions> dcgan_generator(const DcganOptions& options, const Shape& image) {
  const int64_t times = halvings(options, image);
  int64_t channels = options.filters << (times - 1);
  DenseOptions project;
  project.units = channels * kSmallest * kSmallest;
  project.use_bias = false;
  project.kernel_initializer = kWeights;
  std::vector<LayerOptions> layers = {project,
                                      ReshapeOptions{.shape = {channels, kSmallest, kSmallest}},
                                      normalization(), ActivationLayerOptions{Relu{}}};
  for (int64_t i = 1; i < times; ++i) {
    channels /= 2;
    layers.emplace_back(convolution<ConvTransposeOptions>(options, channels, /*use_bias=*/false));
    layers.emplace_back(normalization());
    layers.emplace_back(ActivationLayerOptions{Relu{}});
  }
  auto last = convolution<ConvTransposeOptions>(options, image[0], /*use_bias=*/true);
  last.activation = Tanh{};
  layers.emplace_back(last);
  return layers;
}

std::vector<LayerOptions> dcgan_discriminator(const DcganOptions& options, const Shape& image,
                                              const Shape& output) {
  const int64_t times = halvings(options, image);
  const LeakyRelu leaky{.alpha = 0.2};
  auto first = convolution<ConvOptions>(options, options.filters, /*use_bias=*/true);
  first.activation = leaky;
  std::vector<LayerOptions> layers = {first};
  for (int64_t i = 1; i < times; ++i) {
    layers.emplace_back(
        convolution<ConvOptions>(options, options.filters << i, /*use_bias=*/false));
    layers.emplace_back(normalization());
    layers.emplace_back(ActivationLayerOptions{leaky});
  }
  layers.emplace_back(FlattenOptions{});
  if (!output.empty()) {
    DenseOptions judge;
    judge.units = output[0];
    judge.kernel_initializer = kWeights;
    layers.emplace_back(judge);
  }
  return layers;
}

}  // namespace belamy
