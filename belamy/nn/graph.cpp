#include "belamy/nn/graph.h"

#include <ATen/ATen.h>

#include <algorithm>

#include "belamy/nn/compile.h"

namespace belamy {
namespace {

Shape joined_shape(Join join, const std::vector<Shape>& shapes) {
  const Shape& first = shapes.front();
  if (join == Join::kDot) {
    if (shapes.size() == 2 && first.size() == 1 && shapes[1] == first) return {1};
    fail(ErrorKind::kShape, "an inner product takes two flat values of one length, got {} and {}",
         shape_text(first), shape_text(shapes.back()));
  }
  Shape result = first;
  for (size_t i = 1; i < shapes.size(); ++i) {
    const Shape& other = shapes[i];
    const bool fits = join == Join::kAdd
                          ? other == first
                          : other.size() == first.size() &&
                                std::equal(other.begin() + 1, other.end(), first.begin() + 1);
    if (!fits) {
      fail(ErrorKind::kShape, "{} and {} do not fit each other", shape_text(first),
           shape_text(other));
    }
    if (join == Join::kConcatenate) result[0] += other[0];
  }
  return result;
}

std::string place(const std::string& network, const GraphNode& node) {
  if (!node.layer) return fmt::format("{} ({})", network, keras_name(node.join));
  const std::string type = layer_type(*node.layer);
  if (!node.listed) return fmt::format("{} ({})", network, type);
  return fmt::format("{} layer {} ({})", network, *node.listed + 1, type);
}

}  // namespace

size_t NetworkGraph::add_layer(LayerOptions layer, size_t from) {
  nodes.push_back({std::move(layer), Join::kAdd, {from}, std::nullopt});
  return inputs.size() + nodes.size() - 1;
}

size_t NetworkGraph::add_layers(const std::vector<LayerOptions>& layers, size_t from) {
  for (const LayerOptions& layer : layers) from = add_layer(layer, from);
  return from;
}

size_t NetworkGraph::add_join(Join join, std::vector<size_t> of) {
  nodes.push_back({std::nullopt, join, std::move(of), std::nullopt});
  return inputs.size() + nodes.size() - 1;
}

size_t NetworkGraph::uses(size_t value) const {
  size_t count = 0;
  for (const GraphNode& node : nodes) {
    count += static_cast<size_t>(std::count(node.inputs.begin(), node.inputs.end(), value));
  }
  return count;
}

NetworkGraph chain(const std::vector<LayerOptions>& layers, const Shape& input) {
  NetworkGraph graph;
  graph.inputs = {input};
  graph.add_layers(layers, 0);
  for (size_t i = 0; i < graph.nodes.size(); ++i) graph.nodes[i].listed = i;
  return graph;
}

std::vector<Shape> infer_shapes(const std::string& network, const NetworkGraph& graph) {
  if (graph.nodes.empty())
    fail(ErrorKind::kShape, "{} has no layers; give it a list, layers = [...]", network);
  std::vector<Shape> shapes = graph.inputs;
  for (size_t i = 0; i < graph.nodes.size(); ++i) {
    const GraphNode& node = graph.nodes[i];
    try {
      std::vector<Shape> given;
      for (const size_t input : node.inputs) given.push_back(shapes.at(input));
      Shape shape = node.layer ? make_layer(*node.layer)->output_shape(given.at(0))
                               : joined_shape(node.join, given);
      elements(shape);  // refuses what no machine could hold
      shapes.push_back(std::move(shape));
    } catch (const Error& error) {
      throw LayerShapeError(fmt::format("{}: {}", place(network, node), error.reason()),
                            node.listed.value_or(i), network);
    }
  }
  return shapes;
}

std::vector<Shape> infer_shapes(const std::string& network, const std::vector<LayerOptions>& layers,
                                const Shape& input) {
  std::vector<Shape> shapes = infer_shapes(network, chain(layers, input));
  shapes.erase(shapes.begin());
  return shapes;
}

ActivationOptions final_activation(const NetworkGraph& graph) {
  std::vector<LayerOptions> last;  // the chain the graph ends in
  for (size_t i = graph.nodes.size(); i > 0 && graph.nodes[i - 1].layer; --i) {
    last.insert(last.begin(), *graph.nodes[i - 1].layer);
    const size_t from = graph.nodes[i - 1].inputs.front();
    if (i < 2 || from != graph.inputs.size() + i - 2 || graph.uses(from) != 1) break;
  }
  return final_activation(last);
}

ActivationOptions final_activation(const std::vector<LayerOptions>& layers) {
  std::vector<std::unique_ptr<Layer>> made;
  for (const LayerOptions& options : layers) made.push_back(make_layer(options));
  return find_final_activation(made).function;
}

const char* keras_name(Join join) {
  switch (join) {
    case Join::kAdd:
      return "Add";
    case Join::kConcatenate:
      return "Concatenate";
    case Join::kDot:
      break;
  }
  return "Dot";
}

at::Tensor apply_join(Join join, const std::vector<at::Tensor>& inputs) {
  if (join == Join::kConcatenate) return at::cat(inputs, 1);
  if (join == Join::kDot) {
    return (inputs[0].to(at::kFloat) * inputs[1].to(at::kFloat)).sum(1, /*keepdim=*/true);
  }
  at::Tensor sum = inputs[0];
  for (size_t i = 1; i < inputs.size(); ++i) sum = sum + inputs[i];
  return sum;
}

}  // namespace belamy
