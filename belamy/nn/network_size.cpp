#include "belamy/nn/network_size.h"

namespace belamy {
namespace {

struct CountWeights {
  const Shape& input;

  double channels() const { return static_cast<double>(input[0]); }

  double operator()(const DenseOptions& o) const {
    return static_cast<double>(o.units) * (channels() + beside(o));
  }
  double operator()(const MaxoutOptions& o) const {
    return static_cast<double>(o.units) * static_cast<double>(o.pieces) * (channels() + 1);
  }
  double operator()(const MinibatchDiscriminationOptions& o) const {
    return static_cast<double>(o.units) * static_cast<double>(o.kernel_size) * channels();
  }
  double operator()(const ConvOptions& o) const { return of_convolution(o); }
  double operator()(const ConvTransposeOptions& o) const { return of_convolution(o); }
  double operator()(const BatchNormOptions&) const { return 4 * channels(); }
  double operator()(const InstanceNormOptions& o) const { return o.affine ? 2 * channels() : 0; }
  template <class Options>
  double operator()(const Options&) const {
    return 0;
  }

  /// Numbers of an output beside its weights: a bias, and an entry of the spectral norm's vector.
  template <class Options>
  static double beside(const Options& o) {
    return (o.use_bias ? 1 : 0) + (o.spectral_norm ? 1 : 0);
  }

  double of_convolution(const ConvolutionFields& o) const {
    const auto window = static_cast<double>(o.kernel_rows() * o.kernel_columns());
    return static_cast<double>(o.filters) * (channels() * window + beside(o));
  }
};

bool is_affine(const LayerOptions& layer) {
  return std::holds_alternative<DenseOptions>(layer) ||
         std::holds_alternative<MaxoutOptions>(layer) ||
         std::holds_alternative<ConvOptions>(layer) ||
         std::holds_alternative<ConvTransposeOptions>(layer);
}

}  // namespace

NetworkSize network_size(const std::string& name, const NetworkGraph& graph) {
  const std::vector<Shape> shapes = infer_shapes(name, graph);
  NetworkSize size;
  for (size_t i = 0; i < graph.nodes.size(); ++i) {
    const GraphNode& node = graph.nodes[i];
    if (!node.layer) continue;
    size.weights += std::visit(CountWeights{shapes[node.inputs[0]]}, *node.layer);
    if (!is_affine(*node.layer)) continue;
    size.kept += static_cast<double>(elements(shapes[graph.inputs.size() + i]));
  }
  return size;
}

}  // namespace belamy
