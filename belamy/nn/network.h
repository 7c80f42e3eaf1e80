// A network made of a list of layers.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "belamy/core/error.h"
#include "belamy/nn/compile.h"
#include "belamy/nn/flat_tensors.h"
#include "belamy/nn/layer_list.h"

namespace belamy {

/// A list whose shapes do not fit; `layer` is the index (from 0) of the one that cannot take its
/// input, `network` the name of its list.
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

/// The activation a layer list ends in; linear when it ends in none.
ActivationOptions final_activation(const std::vector<LayerOptions>& layers);

/// The shape after each layer. Throws LayerShapeError naming the network, the layer's number and
/// type, and both shapes; kShape when the list is empty.
std::vector<Shape> infer_shapes(const std::string& network, const std::vector<LayerOptions>& layers,
                                const Shape& input);

/// A layer of a network, with all that it takes to compute it elsewhere.
struct ListedLayer {
  std::string name;  // "dense_1"
  LayerOptions options;
  Shape input;
  Shape output;
  std::vector<LayerTensor> tensors;  // the network's own, not copies
};

class Network {
 public:
  /// Builds and initialises the layers. `name` ("generator") is for messages. Equal seeds give
  /// equal weights. Throws as infer_shapes.
  Network(std::string name, const std::vector<LayerOptions>& layers, Shape input, uint64_t seed);

  const std::string& name() const { return name_; }
  const Shape& input_shape() const { return input_; }
  const Shape& output_shape() const { return shapes_.back(); }

  /// x: [N, input...] float32 -> [N, output...] float32.
  at::Tensor forward(const at::Tensor& x, const ForwardContext& context) const;

  /// As forward, without the last activation.
  at::Tensor logits(const at::Tensor& x, const ForwardContext& context) const;
  const ActivationOptions& final_activation() const { return compiled_.final_activation; }

  /// The layers one after another in their plain form: what forward() must agree with.
  at::Tensor plain_forward(const at::Tensor& x, const ForwardContext& context) const;

  /// x through the layers up to the first dense or convolution layer, whose activation is left
  /// out: float32, each sample flattened. Throws kUsage when there is none.
  at::Tensor first_affine(const at::Tensor& x) const;

  /// Weights that are trained, in layer order: "dense_1.weight".
  const std::vector<NamedTensor>& parameters() const { return parameters_.values.views(); }
  /// Where the optimiser leaves their gradients: views of one flat buffer, in their order.
  const std::vector<NamedTensor>& gradients() const { return parameters_.gradients.views(); }
  /// Both of them as the buffers that they are views of.
  const FlatParameters& flat_parameters() const { return parameters_; }
  /// What state() holds beyond the parameters, in one flat buffer too.
  const FlatTensors& flat_statistics() const { return statistics_; }
  /// Weights and moving statistics: everything a file must hold.
  const std::vector<NamedTensor>& state() const { return state_; }
  std::vector<at::Tensor> parameter_tensors() const;

  /// Whether gradients flow into the parameters (they always flow through the network).
  void set_trainable(bool trainable);

  /// Copies values into the network's own tensors. Throws as copy_tensors.
  void load_state(const std::vector<NamedTensor>& tensors, const std::string& source);

  int64_t multiply_adds() const;

  /// The layers as they were listed, for whoever writes the network in another form.
  std::vector<ListedLayer> listed_layers() const;

  /// One row a layer, for the summary.
  struct Row {
    std::string name;        // "dense_1"
    std::string keras_name;  // "Dense"
    Shape output;
    int64_t trainable = 0;
    int64_t non_trainable = 0;
  };
  std::vector<Row> rows() const;

 private:
  std::string name_;
  Shape input_;
  std::vector<LayerOptions> options_;
  std::vector<std::unique_ptr<Layer>> layers_;
  std::vector<std::string> layer_names_;
  std::vector<Shape> shapes_;  // after each layer
  CompiledLayers compiled_;
  FlatParameters parameters_;
  FlatTensors statistics_;
  std::vector<NamedTensor> state_;
};

}  // namespace belamy
