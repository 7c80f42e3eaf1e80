#include "belamy/nn/network.h"

#include <ATen/ATen.h>

#include <cctype>
#include <map>

#include "belamy/core/profile.h"
#include "belamy/nn/affine_layer.h"

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

std::vector<Shape> infer_shapes(const std::string& network, const std::vector<LayerOptions>& layers,
                                const Shape& input) {
  if (layers.empty())
    fail(ErrorKind::kShape, "{} has no layers; give it a list, layers = [...]", network);
  std::vector<Shape> shapes;
  Shape shape = input;
  for (size_t i = 0; i < layers.size(); ++i) {
    try {
      shape = make_layer(layers[i])->output_shape(shape);
      elements(shape);  // refuses what no machine could hold
    } catch (const Error& error) {
      throw LayerShapeError(fmt::format("{} layer {} ({}): {}", network, i + 1,
                                        layer_type(layers[i]), error.reason()),
                            i, network);
    }
    shapes.push_back(shape);
  }
  return shapes;
}

ActivationOptions final_activation(const std::vector<LayerOptions>& layers) {
  std::vector<std::unique_ptr<Layer>> made;
  for (const LayerOptions& options : layers) made.push_back(make_layer(options));
  return find_final_activation(made).function;
}

Network::Network(std::string name, const std::vector<LayerOptions>& layers, Shape input,
                 uint64_t seed)
    : name_(std::move(name)),
      input_(std::move(input)),
      options_(layers),
      shapes_(infer_shapes(name_, layers, input_)) {
  RandomStream random(seed, name_ + ".initializer");
  std::map<std::string, int> used;
  std::vector<NamedTensor> parameters, statistics;
  for (size_t i = 0; i < layers.size(); ++i) {
    layers_.push_back(make_layer(layers[i]));
    Layer& layer = *layers_.back();
    layer.build(i == 0 ? input_ : shapes_[i - 1], random);
    const std::string kind = snake_case(layer.keras_name());
    layer_names_.push_back(fmt::format("{}_{}", kind, ++used[kind]));
    for (const LayerTensor& held : layer.tensors()) {
      const NamedTensor named{layer_names_.back() + "." + held.name, held.tensor};
      state_.push_back(named);
      (held.trainable ? parameters : statistics).push_back(named);
    }
  }
  parameters_ = FlatParameters(std::move(parameters));
  statistics_ = FlatTensors(std::move(statistics));
  std::vector<std::string> stage_names;
  for (const std::string& layer : layer_names_) stage_names.push_back(name_ + "." + layer);
  compiled_ = compile(layers_, stage_names);
}

at::Tensor Network::logits(const at::Tensor& x, const ForwardContext& context) const {
  at::Tensor y = x;
  for (const auto& stage : compiled_.stages) {
    const ProfileScope scope(stage->name(), "forward");
    y = stage->forward(y, context);
  }
  return y.to(at::kFloat);
}

at::Tensor Network::forward(const at::Tensor& x, const ForwardContext& context) const {
  return activate(logits(x, context), compiled_.final_activation);
}

at::Tensor Network::plain_forward(const at::Tensor& x, const ForwardContext& context) const {
  at::Tensor y = x;
  for (const auto& layer : layers_) y = layer->forward(y, context);
  return y.to(at::kFloat);
}

at::Tensor Network::first_affine(const at::Tensor& x) const {
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

int64_t Network::multiply_adds() const {
  int64_t total = 0;
  for (size_t i = 0; i < layers_.size(); ++i) {
    total += layers_[i]->multiply_adds(i == 0 ? input_ : shapes_[i - 1]);
  }
  return total;
}

std::vector<ListedLayer> Network::listed_layers() const {
  std::vector<ListedLayer> listed;
  for (size_t i = 0; i < layers_.size(); ++i) {
    listed.push_back({layer_names_[i], options_[i], i == 0 ? input_ : shapes_[i - 1], shapes_[i],
                      layers_[i]->tensors()});
  }
  return listed;
}

std::vector<Network::Row> Network::rows() const {
  std::vector<Row> rows;
  for (size_t i = 0; i < layers_.size(); ++i) {
    Row row{layer_names_[i], layers_[i]->keras_name(), shapes_[i]};
    for (const LayerTensor& held : layers_[i]->tensors()) {
      (held.trainable ? row.trainable : row.non_trainable) += held.tensor.numel();
    }
    rows.push_back(row);
  }
  return rows;
}

}  // namespace belamy
