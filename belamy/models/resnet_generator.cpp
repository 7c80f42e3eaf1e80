#include "belamy/models/resnet_generator.h"

namespace belamy {
namespace {

const RandomNormal kWeights{.mean = 0, .stddev = 0.02};
const RandomNormal kNextToNothing{.mean = 0, .stddev = 0.002};
constexpr size_t kImage = 0;  // the value that comes in

ConvOptions convolution(int64_t filters, int64_t kernel) {
  ConvOptions conv;
  conv.filters = filters;
  conv.kernel = {kernel};
  conv.kernel_initializer = kWeights;
  return conv;
}

// Instance normalisation takes a bias away, so the layer before it has none.
template <class Convolution>
std::vector<LayerOptions> normalized(Convolution conv, bool activates = true) {
  conv.use_bias = false;
  std::vector<LayerOptions> layers = {conv, InstanceNormOptions{}};
  if (activates) layers.emplace_back(ActivationLayerOptions{Relu{}});
  return layers;
}

std::vector<LayerOptions> halved(int64_t filters) {
  ConvOptions conv = convolution(filters, 3);
  conv.strides = {2};
  conv.padding = "same";
  return normalized(conv);
}

std::vector<LayerOptions> doubled(int64_t filters, const std::string& upsampling) {
  if (upsampling == "nearest") {
    ConvOptions conv = convolution(filters, 3);
    conv.padding = "same";
    std::vector<LayerOptions> layers = normalized(conv);
    layers.insert(layers.begin(), UpsampleOptions{});
    return layers;
  }
  ConvTransposeOptions conv;
  conv.filters = filters;
  conv.kernel = {3};
  conv.strides = {2};
  conv.padding = "same";
  conv.kernel_initializer = kWeights;
  return normalized(conv);
}

// x + normalized(conv(relu(normalized(conv(x)))))
size_t add_block(NetworkGraph& graph, int64_t channels, size_t x) {
  size_t y = graph.add_layer(ReflectionPadOptions{.padding = 1}, x);
  y = graph.add_layers(normalized(convolution(channels, 3)), y);
  y = graph.add_layer(ReflectionPadOptions{.padding = 1}, y);
  y = graph.add_layers(normalized(convolution(channels, 3), /*activates=*/false), y);
  return graph.add_join(Join::kAdd, {x, y});
}

}  // namespace

NetworkGraph resnet_generator(const ResnetOptions& options, const Shape& image, int64_t channels) {
  const bool fits = image.size() == 3 && image[1] % 4 == 0 && image[2] % 4 == 0 && image[1] >= 16 &&
                    image[2] >= 16;
  if (!fits) {
    fail(ErrorKind::kShape,
         "architecture \"resnet\" halves images twice: their sides must be multiples of 4, at "
         "least 16, got {}; bring them to such a size by data.height and data.width",
         shape_text(image));
  }
  NetworkGraph graph;
  graph.inputs = {image};
  size_t y = graph.add_layer(ReflectionPadOptions{.padding = 3}, kImage);
  y = graph.add_layers(normalized(convolution(options.filters, 7)), y);
  for (const int64_t factor : {2, 4}) {
    y = graph.add_layers(halved(options.filters * factor), y);
  }
  for (int64_t i = 0; i < options.blocks; ++i) y = add_block(graph, options.filters * 4, y);
  for (const int64_t factor : {2, 1}) {
    y = graph.add_layers(doubled(options.filters * factor, options.upsampling), y);
  }
  y = graph.add_layer(ReflectionPadOptions{.padding = 3}, y);
  ConvOptions last = convolution(channels, 7);
  if (options.residual) {
    last.kernel_initializer = kNextToNothing;
    graph.add_join(Join::kAdd, {kImage, graph.add_layer(last, y)});
  } else {
    last.activation = Tanh{};
    graph.add_layer(last, y);
  }
  return graph;
}

}  // namespace belamy
