// A network as a graph: layers, and joins where branches meet. A plain list of layers is a graph of
// one chain; residual blocks, skip connections and several inputs are the others.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "belamy/core/error.h"
#include "belamy/nn/layer_list.h"

namespace belamy {

/// What meets, under Keras's names.
enum class Join {
  kAdd,          // equal shapes; their sum
  kConcatenate,  // along the features, or the channels of images of one size
  kDot,          // two flat values of one length; their inner product, [1]
};

struct GraphNode {
  std::optional<LayerOptions> layer;  // of one input; without it the node joins
  Join join = Join::kAdd;
  std::vector<size_t> inputs;    // values: see NetworkGraph
  std::optional<size_t> listed;  // which entry of a recipe's list the layer is, from 0
};

/// Values are numbered: first the inputs, then what each node makes, in order. The output is the
/// last node's.
struct NetworkGraph {
  std::vector<Shape> inputs;
  std::vector<GraphNode> nodes;

  /// Each adds nodes and returns the number of the value that comes out.
  size_t add_layer(LayerOptions layer, size_t from);
  size_t add_layers(const std::vector<LayerOptions>& layers, size_t from);
  size_t add_join(Join join, std::vector<size_t> of);

  /// How many nodes take the value.
  size_t uses(size_t value) const;
};

/// The list as a graph whose layers know their places in it.
NetworkGraph chain(const std::vector<LayerOptions>& layers, const Shape& input);

/// Layers whose shapes do not fit; `layer` is the index (from 0), in the list of `network`, of the
/// one that cannot take its input, or its node's where no list names it.
class LayerShapeError : public Error {
 public:
  LayerShapeError(const std::string& message, size_t layer, std::string network)
      : Error(ErrorKind::kShape, message), layer_(layer), network_(std::move(network)) {}
  size_t layer() const { return layer_; }
  const std::string& network() const { return network_; }

 private:
  size_t layer_;
  std::string network_;
};

/// The shape of each value. Throws LayerShapeError naming the network, the layer's number and type,
/// and both shapes; kShape when there are no nodes.
std::vector<Shape> infer_shapes(const std::string& network, const NetworkGraph& graph);

/// The shape after each layer of a list. Throws likewise.
std::vector<Shape> infer_shapes(const std::string& network, const std::vector<LayerOptions>& layers,
                                const Shape& input);

/// The activation a graph or a list ends in; linear when it ends in none.
ActivationOptions final_activation(const NetworkGraph& graph);
ActivationOptions final_activation(const std::vector<LayerOptions>& layers);

/// "Add", "Concatenate", "Dot"
const char* keras_name(Join join);

/// The joined value; inputs are [N, ...], float32 or bfloat16. Gradients of any order.
at::Tensor apply_join(Join join, const std::vector<at::Tensor>& inputs);

}  // namespace belamy
