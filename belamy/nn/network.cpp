#include "belamy/nn/network.h"

#include <ATen/ATen.h>

#include <cctype>
#include <map>
#include <span>

#include "belamy/core/profile.h"
#include "belamy/nn/affine_layer.h"
#include "belamy/nn/compile.h"
#include "belamy/nn/fused_activation.h"

namespace belamy {
namespace {

// "Conv2DTranspose" -> "conv2d_transpose", "LeakyReLU" -> "leaky_re_lu", as Keras names layers.
std::string snake_case(const std::string& camel) {
  const auto upper = [&](size_t i) {
    return std::isupper(static_cast<unsigned char>(camel[i])) != 0;
  };
  const auto lower = [&](size_t i) {
    return i < camel.size() && std::islower(static_cast<unsigned char>(camel[i])) != 0;
  };
  std::string snake;
  for (size_t i = 0; i < camel.size(); ++i) {
    if (i > 0 && upper(i) && (lower(i - 1) || lower(i + 1))) snake += '_';
    snake += static_cast<char>(std::tolower(static_cast<unsigned char>(camel[i])));
  }
  return snake;
}

}  // namespace

Network::Network(std::string name, const std::vector<LayerOptions>& layers, const Shape& input,
                 uint64_t seed)
    : Network(std::move(name), chain(layers, input), seed) {}

Network::Network(std::string name, const NetworkGraph& graph, uint64_t seed)
    : name_(std::move(name)), inputs_(graph.inputs) {
  build_rows(graph, seed);
  std::vector<NamedTensor> parameters, statistics;
  for (size_t i = 0; i < layers_.size(); ++i) {
    for (const LayerTensor& held : layers_[i]->tensors()) {
      const NamedTensor named{layer_names_[i] + "." + held.name, held.tensor};
      state_.push_back(named);
      (held.trainable ? parameters : statistics).push_back(named);
    }
  }
  parameters_ = FlatParameters(std::move(parameters));
  statistics_ = FlatTensors(std::move(statistics));
  divide(graph);
}

void Network::build_rows(const NetworkGraph& graph, uint64_t seed) {
  const std::vector<Shape> shapes = infer_shapes(name_, graph);
  RandomStream random(seed, name_ + ".initializer");
  std::map<std::string, int> used;
  std::vector<bool> is_learned(graph.inputs.size(), false);  // a value that weights lead to
  const size_t inputs = graph.inputs.size();
  for (size_t i = 0; i < graph.nodes.size(); ++i) {
    const GraphNode& node = graph.nodes[i];
    Row row;
    row.output = shapes[inputs + i];
    row.keras_name = keras_name(node.join);
    if (node.layer) {
      layers_.push_back(make_layer(*node.layer));
      options_.push_back(*node.layer);
      Layer& layer = *layers_.back();
      layer.build(shapes[node.inputs[0]], random);
      row.keras_name = layer.keras_name();
      const int64_t products = layer.multiply_adds(shapes[node.inputs[0]]);
      multiply_adds_ += products;
      if (!is_learned[node.inputs[0]]) first_multiply_adds_ += products;
      for (const LayerTensor& held : layer.tensors()) {
        (held.trainable ? row.trainable : row.non_trainable) += held.tensor.numel();
      }
    }
    const std::string kind = snake_case(row.keras_name);
    row.name = fmt::format("{}_{}", kind, ++used[kind]);
    if (node.layer) layer_names_.push_back(row.name);
    for (const size_t value : node.inputs) {
      const std::string input = inputs == 1 ? "input" : fmt::format("input_{}", value + 1);
      row.from.push_back(value < inputs ? input : rows_[value - inputs].name);
    }
    is_learned.push_back(row.trainable > 0 || std::ranges::any_of(node.inputs, [&](size_t value) {
                           return is_learned[value];
                         }));
    rows_.push_back(std::move(row));
  }
}

// Layers are compiled run by run: what fuses lies within a run.
void Network::divide(const NetworkGraph& graph) {
  const size_t inputs = graph.inputs.size();
  size_t layer = 0;
  for (size_t i = 0; i < graph.nodes.size(); ++i) {
    const GraphNode& node = graph.nodes[i];
    const bool goes_on = node.layer && i > 0 && !segments_.back().join &&
                         node.inputs[0] == inputs + i - 1 && graph.uses(inputs + i - 1) == 1;
    if (!goes_on) {
      Segment segment;
      segment.inputs = node.inputs;
      if (!node.layer) segment.join = node.join;
      segment.first_layer = segment.last_layer = layer;
      segments_.push_back(std::move(segment));
    }
    segments_.back().output = inputs + i;
    if (node.layer) segments_.back().last_layer = ++layer;
  }
  for (Segment& segment : segments_) {
    if (segment.join) continue;
    const size_t count = segment.last_layer - segment.first_layer;
    std::vector<std::string> names;
    for (size_t i = segment.first_layer; i < segment.last_layer; ++i) {
      names.push_back(name_ + "." + layer_names_[i]);
    }
    const bool ends_network = &segment == &segments_.back();
    CompiledLayers compiled =
        compile(std::span(layers_).subspan(segment.first_layer, count), names, ends_network);
    segment.stages = std::move(compiled.stages);
    segment.last_affine = compiled.last_affine;
    if (ends_network) final_activation_ = compiled.final_activation;
  }
}

template <class Run>
at::Tensor Network::run_segments(const std::vector<at::Tensor>& x, const Run& run) const {
  if (x.size() != inputs_.size()) {
    fail(ErrorKind::kShape, "{} takes {} inputs, got {}", name_, inputs_.size(), x.size());
  }
  std::vector<at::Tensor> values = x;
  values.resize(inputs_.size() + rows_.size());
  for (const Segment& segment : segments_) {
    if (segment.join) {
      std::vector<at::Tensor> met;
      for (const size_t input : segment.inputs) met.push_back(values[input]);
      values[segment.output] = apply_join(*segment.join, met);
    } else {
      values[segment.output] = run(segment, values[segment.inputs[0]]);
    }
  }
  return values.back().to(at::kFloat);
}

at::Tensor Network::logits(const std::vector<at::Tensor>& x, const ForwardContext& context,
                           at::Tensor* features) const {
  if (features != nullptr && !segments_.back().last_affine) {
    fail(ErrorKind::kUsage,
         "the {} does not end in a dense or convolution layer, whose inputs would be its features",
         name_);
  }
  return run_segments(x, [&](const Segment& segment, at::Tensor y) {
    for (size_t i = 0; i < segment.stages.size(); ++i) {
      if (features != nullptr && &segment == &segments_.back() && i == segment.last_affine) {
        *features = y.to(at::kFloat).flatten(1);
      }
      const ProfileScope scope(segment.stages[i]->name(), "forward");
      y = segment.stages[i]->forward(y, context);
    }
    return y;
  });
}

at::Tensor Network::forward(const std::vector<at::Tensor>& x, const ForwardContext& context) const {
  return fused_activate(logits(x, context), final_activation_);
}

at::Tensor Network::plain_forward(const std::vector<at::Tensor>& x,
                                  const ForwardContext& context) const {
  return run_segments(x, [&](const Segment& segment, at::Tensor y) {
    for (size_t i = segment.first_layer; i < segment.last_layer; ++i) {
      y = layers_[i]->forward(y, context);
    }
    return y;
  });
}

at::Tensor Network::logits(const at::Tensor& x, const ForwardContext& context) const {
  return logits(std::vector<at::Tensor>{x}, context);
}

at::Tensor Network::forward(const at::Tensor& x, const ForwardContext& context) const {
  return forward(std::vector<at::Tensor>{x}, context);
}

at::Tensor Network::plain_forward(const at::Tensor& x, const ForwardContext& context) const {
  return plain_forward(std::vector<at::Tensor>{x}, context);
}

at::Tensor Network::first_affine(const at::Tensor& x) const {
  require_chain();
  at::Tensor y = x;
  for (const auto& layer : layers_) {
    const auto* affine = dynamic_cast<const AffineLayer*>(layer.get());
    if (affine != nullptr) return affine->affine(y, {}).flatten(1).to(at::kFloat);
    y = layer->forward(y, {});
  }
  fail(ErrorKind::kUsage, "the {} has neither a dense nor a convolution layer", name_);
}

std::vector<at::Tensor> Network::parameter_tensors() const {
  std::vector<at::Tensor> tensors;
  for (const NamedTensor& parameter : parameters()) tensors.push_back(parameter.tensor);
  return tensors;
}

void Network::set_trainable(bool trainable) {
  for (const NamedTensor& parameter : parameters()) parameter.tensor.set_requires_grad(trainable);
}

void Network::load_state(const std::vector<NamedTensor>& tensors, const std::string& source) {
  copy_tensors(tensors, state_, source, name_);
}

bool Network::is_chain() const {
  if (inputs_.size() != 1) return false;
  std::string before = "input";
  for (const Row& row : rows_) {
    if (row.from != std::vector<std::string>{before}) return false;
    before = row.name;
  }
  return true;
}

void Network::require_chain() const {
  if (is_chain()) return;
  fail(ErrorKind::kUsage,
       "the {} has joins or several inputs; this is for networks that are one chain of layers",
       name_);
}

std::vector<ListedLayer> Network::listed_layers() const {
  require_chain();
  std::vector<ListedLayer> listed;
  for (size_t i = 0; i < layers_.size(); ++i) {
    listed.push_back({layer_names_[i], options_[i], i == 0 ? inputs_[0] : rows_[i - 1].output,
                      rows_[i].output, layers_[i]->tensors()});
  }
  return listed;
}

}  // namespace belamy
