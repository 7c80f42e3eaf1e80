// A network made of layers, in a list or a graph.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "belamy/nn/activation.h"
#include "belamy/nn/flat_tensors.h"
#include "belamy/nn/graph.h"
#include "belamy/nn/layer.h"
#include "belamy/nn/stage.h"

namespace belamy {

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
  Network(std::string name, const std::vector<LayerOptions>& layers, const Shape& input,
          uint64_t seed);
  Network(std::string name, const NetworkGraph& graph, uint64_t seed);

  const std::string& name() const { return name_; }
  const Shape& input_shape() const { return inputs_.front(); }
  const std::vector<Shape>& input_shapes() const { return inputs_; }
  const Shape& output_shape() const { return rows_.back().output; }

  /// x: [N, input...] float32 -> [N, output...] float32.
  at::Tensor forward(const at::Tensor& x, const ForwardContext& context) const;

  /// As forward, without the last activation.
  at::Tensor logits(const at::Tensor& x, const ForwardContext& context) const;
  const ActivationOptions& final_activation() const { return final_activation_; }

  /// The layers one after another in their plain form: what forward() must agree with.
  at::Tensor plain_forward(const at::Tensor& x, const ForwardContext& context) const;

  /// x through the layers up to the first dense or convolution layer, whose activation is left
  /// out: float32, each sample flattened. Throws kUsage when there is none,
  /// and for a network that is no chain.
  at::Tensor first_affine(const at::Tensor& x) const;

  /// The same of several inputs, in the graph's order.
  at::Tensor forward(const std::vector<at::Tensor>& x, const ForwardContext& context) const;
  /// `features`, if asked for, becomes what goes into the last dense or convolution layer,
  /// flattened: float32 [N, F]. Throws kUsage then for a network that ends in none.
  at::Tensor logits(const std::vector<at::Tensor>& x, const ForwardContext& context,
                    at::Tensor* features = nullptr) const;
  at::Tensor plain_forward(const std::vector<at::Tensor>& x, const ForwardContext& context) const;

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

  int64_t multiply_adds() const { return multiply_adds_; }
  /// Of these, those of the layers that no weights stand before: an update of the network's own
  /// weights does without the gradients of their inputs.
  int64_t first_multiply_adds() const { return first_multiply_adds_; }

  /// The layers as they were listed, for whoever writes the network in another form. Throws kUsage
  /// for a network that is no chain.
  std::vector<ListedLayer> listed_layers() const;

  /// One row a layer or join, for the summary.
  struct Row {
    std::string name;        // "dense_1"
    std::string keras_name;  // "Dense"
    Shape output;
    int64_t trainable = 0;
    int64_t non_trainable = 0;
    std::vector<std::string> from;  // names of the rows, or "input", that it takes
  };
  const std::vector<Row>& rows() const { return rows_; }

  /// Whether each row takes the one before.
  bool is_chain() const;

 private:
  /// A run of layers that nothing enters or leaves between; or a join.
  struct Segment {
    std::vector<size_t> inputs;  // values, as in the graph
    size_t output = 0;
    std::optional<Join> join;
    size_t first_layer = 0, last_layer = 0;  // of layers_, the last one excluded
    std::vector<std::unique_ptr<Stage>> stages;
    std::optional<size_t> last_affine;  // of stages
  };

  void build_rows(const NetworkGraph& graph, uint64_t seed);
  void require_chain() const;
  void divide(const NetworkGraph& graph);
  template <class Run>
  at::Tensor run_segments(const std::vector<at::Tensor>& x, const Run& run) const;

  std::string name_;
  std::vector<Shape> inputs_;
  std::vector<LayerOptions> options_;  // of layers_
  std::vector<std::unique_ptr<Layer>> layers_;
  std::vector<std::string> layer_names_;
  std::vector<Row> rows_;
  std::vector<Segment> segments_;
  ActivationOptions final_activation_ = Linear{};
  int64_t multiply_adds_ = 0, first_multiply_adds_ = 0;
  FlatParameters parameters_;
  FlatTensors statistics_;
  std::vector<NamedTensor> state_;
};

}  // namespace belamy
