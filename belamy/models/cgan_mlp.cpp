#include "belamy/models/cgan_mlp.h"

namespace belamy {
namespace {

constexpr size_t kSample = 0, kClass = 1;  // the inputs

DenseOptions dense(int64_t units, ActivationOptions activation) {
  DenseOptions options;
  options.units = units;
  options.activation = activation;
  return options;
}

MaxoutOptions maxout(int64_t units, int64_t pieces) {
  MaxoutOptions options;
  options.units = units;
  options.pieces = pieces;
  return options;
}

std::vector<LayerOptions> with_dropout(const CganMlpOptions& options, LayerOptions layer) {
  std::vector<LayerOptions> layers = {std::move(layer)};
  if (options.dropout > 0) layers.emplace_back(DropoutOptions{.rate = options.dropout});
  return layers;
}

}  // namespace

NetworkGraph cgan_mlp_generator(const CganMlpOptions& options, const Shape& latent, int64_t classes,
                                const Shape& sample) {
  NetworkGraph graph;
  graph.inputs = {latent, {classes}};
  const size_t z = graph.add_layers(with_dropout(options, dense(200, Relu{})), kSample);
  const size_t y = graph.add_layers(with_dropout(options, dense(1000, Relu{})), kClass);
  size_t joined = graph.add_join(Join::kConcatenate, {z, y});
  joined = graph.add_layers(with_dropout(options, dense(1200, Relu{})), joined);
  joined = graph.add_layer(dense(elements(sample), Sigmoid{}), joined);
  graph.add_layer(ReshapeOptions{.shape = sample}, joined);
  return graph;
}

NetworkGraph cgan_mlp_discriminator(const CganMlpOptions& options, const Shape& sample,
                                    int64_t classes) {
  NetworkGraph graph;
  graph.inputs = {sample, {classes}};
  const size_t flat = graph.add_layer(FlattenOptions{}, kSample);
  const size_t x = graph.add_layers(with_dropout(options, maxout(240, 5)), flat);
  const size_t y = graph.add_layers(with_dropout(options, maxout(50, 5)), kClass);
  size_t joined = graph.add_join(Join::kConcatenate, {x, y});
  joined = graph.add_layers(with_dropout(options, maxout(240, 4)), joined);
  graph.add_layer(dense(1, Linear{}), joined);
  return graph;
}

}  // namespace belamy
