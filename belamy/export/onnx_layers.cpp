#include "belamy/export/onnx_layers.h"

#include <ATen/ATen.h>

#include <algorithm>
#include <cmath>

#include "belamy/nn/padding.h"
#include "belamy/nn/spectral_norm.h"

namespace belamy::onnx {
namespace {

/// Grows a model along a chain of values.
class Chain {
 public:
  explicit Chain(Model& model) : model_(model), value_(model.input.name) {}

  void enter(const ListedLayer& layer) { layer_ = &layer; }
  const ListedLayer& layer() const { return *layer_; }
  const std::string& value() const { return value_; }

  /// A node whose output, layer name and `suffix`, is the chain's value from now on.
  void add(const std::string& type, std::vector<std::string> inputs,
           std::vector<Attribute> attributes = {}, const std::string& suffix = "") {
    value_ = layer_->name + suffix;
    model_.nodes.push_back({type, std::move(inputs), value_, std::move(attributes)});
  }

  /// The layer's tensor of that name; "" when it has none.
  std::string tensor(const std::string& name) {
    for (const LayerTensor& held : layer_->tensors) {
      if (held.name == name) return constant(name, held.tensor);
    }
    return "";
  }

  std::string constant(const std::string& name, const at::Tensor& value) {
    model_.constants.push_back({layer_->name + "." + name, value});
    return model_.constants.back().name;
  }

  /// Gives the last value the model's output name.
  void finish() {
    if (model_.nodes.empty()) {
      model_.nodes.push_back({"Identity", {value_}, model_.output.name, {}});
    } else {
      model_.nodes.back().output = model_.output.name;
    }
  }

 private:
  Model& model_;
  std::string value_;
  const ListedLayer* layer_ = nullptr;
};

at::Tensor whole_numbers(const std::vector<int64_t>& values) {
  return at::tensor(values, at::kLong);
}

/// An activation of the chain's value. Where it is computed by several nodes, the last one has the
/// name that a single one would have.
struct AppendActivation {
  Chain& chain;

  void operator()(const Linear&) const {}
  void operator()(const Relu& f) const { single("Relu", f.kType); }
  void operator()(const LeakyRelu& f) const {
    single("LeakyRelu", f.kType, {{"alpha", static_cast<float>(f.alpha)}});
  }
  void operator()(const Elu& f) const {
    single("Elu", f.kType, {{"alpha", static_cast<float>(f.alpha)}});
  }
  void operator()(const Selu& f) const { single("Selu", f.kType); }
  void operator()(const Softplus& f) const { single("Softplus", f.kType); }
  void operator()(const Tanh& f) const { single("Tanh", f.kType); }
  void operator()(const Sigmoid& f) const { single("Sigmoid", f.kType); }

  void operator()(const Swish& f) const {
    const std::string x = chain.value();
    single("Sigmoid", "swish_sigmoid");
    chain.add("Mul", {x, chain.value()}, {}, suffix(f.kType));
  }

  // x / 2 * (1 + erf(x / sqrt 2)): Gelu itself is younger than the opset.
  void operator()(const Gelu& f) const {
    const std::string x = chain.value();
    const auto scalar = [&](const char* name, double value) {
      return chain.constant(name, at::tensor(static_cast<float>(value)));
    };
    chain.add("Mul", {x, scalar("gelu_scale", std::sqrt(0.5))}, {}, ".gelu_scaled");
    chain.add("Erf", {chain.value()}, {}, ".gelu_erf");
    chain.add("Add", {chain.value(), scalar("gelu_one", 1)}, {}, ".gelu_shifted");
    chain.add("Mul", {chain.value(), x}, {}, ".gelu_doubled");
    chain.add("Mul", {chain.value(), scalar("gelu_half", 0.5)}, {}, suffix(f.kType));
  }

 private:
  static std::string suffix(const char* name) { return std::string(".") + name; }
  void single(const char* type, const char* name, std::vector<Attribute> attributes = {}) const {
    chain.add(type, {chain.value()}, std::move(attributes), suffix(name));
  }
};

struct AppendLayer {
  Chain& chain;

  void operator()(const DenseOptions& o) const {
    chain.add("Gemm", affine_inputs(o.spectral_norm), {{"transB", int64_t{1}}});
    activate(o.activation);
  }

  void operator()(const ConvOptions& o) const {
    const Padding padding = o.padding_rule();
    const auto pads = [&](size_t axis, int64_t kernel, int64_t stride) {
      return convolution_padding(chain.layer().input[axis], kernel, stride, padding);
    };
    chain.add("Conv", affine_inputs(o.spectral_norm),
              window(o.kernel_rows(), o.kernel_columns(), o.stride_rows(), o.stride_columns(),
                     pads(1, o.kernel_rows(), o.stride_rows()),
                     pads(2, o.kernel_columns(), o.stride_columns())));
    activate(o.activation);
  }

  // A cut of less than nothing at the end is ONNX's output padding, as it is PyTorch's.
  void operator()(const ConvTransposeOptions& o) const {
    const Padding padding = o.padding_rule();
    PaddingPair rows =
        transposed_cut(chain.layer().input[1], o.kernel_rows(), o.stride_rows(), padding);
    PaddingPair columns =
        transposed_cut(chain.layer().input[2], o.kernel_columns(), o.stride_columns(), padding);
    const std::vector<int64_t> added = {std::max<int64_t>(-rows.after, 0),
                                        std::max<int64_t>(-columns.after, 0)};
    rows.after = std::max<int64_t>(rows.after, 0);
    columns.after = std::max<int64_t>(columns.after, 0);
    std::vector<Attribute> attributes = window(o.kernel_rows(), o.kernel_columns(), o.stride_rows(),
                                               o.stride_columns(), rows, columns);
    attributes.push_back({"output_padding", added});
    chain.add("ConvTranspose", affine_inputs(o.spectral_norm, 1), std::move(attributes));
    activate(o.activation);
  }

  void operator()(const UpsampleOptions& o) const {
    const at::Tensor scales = at::tensor(
        {1.f, 1.f, static_cast<float>(o.factor.front()), static_cast<float>(o.factor.back())});
    const std::vector<std::string> inputs = {chain.value(), "", chain.constant("scales", scales)};
    if (o.interpolation == "bilinear") {
      chain.add("Resize", inputs,
                {{"mode", "linear"}, {"coordinate_transformation_mode", "half_pixel"}});
    } else {
      chain.add("Resize", inputs,
                {{"mode", "nearest"},
                 {"coordinate_transformation_mode", "asymmetric"},
                 {"nearest_mode", "floor"}});
    }
  }

  void operator()(const MaxPoolOptions& o) const { pool("MaxPool", o, {}); }
  void operator()(const AveragePoolOptions& o) const {
    pool("AveragePool", o, {{"count_include_pad", int64_t{0}}});
  }

  void operator()(const BatchNormOptions& o) const {
    chain.add("BatchNormalization",
              {chain.value(), chain.tensor("weight"), chain.tensor("bias"),
               chain.tensor("running_mean"), chain.tensor("running_var")},
              {{"epsilon", static_cast<float>(o.epsilon)}});
  }

  void operator()(const DropoutOptions&) const {}  // the identity in inference

  void operator()(const ActivationLayerOptions& o) const { activate(o.function); }

  void operator()(const FlattenOptions&) const {
    chain.add("Flatten", {chain.value()}, {{"axis", int64_t{1}}});
  }

  void operator()(const ReshapeOptions& o) const {
    std::vector<int64_t> shape = {0};  // the batch's size as it is
    shape.insert(shape.end(), o.shape.begin(), o.shape.end());
    chain.add("Reshape", {chain.value(), chain.constant("shape", whole_numbers(shape))});
  }

  void operator()(const ZeroPadOptions& o) const {
    const Margins m = margins_of(o);
    const at::Tensor pads = whole_numbers({0, 0, m.top, m.left, 0, 0, m.bottom, m.right});
    chain.add("Pad", {chain.value(), chain.constant("pads", pads)});
  }

  void operator()(const CropOptions& o) const {
    const Margins m = margins_of(o);
    const Shape& input = chain.layer().input;
    const std::string starts = chain.constant("starts", whole_numbers({m.top, m.left}));
    const std::string ends =
        chain.constant("ends", whole_numbers({input[1] - m.bottom, input[2] - m.right}));
    const std::string axes = chain.constant("axes", whole_numbers({2, 3}));
    chain.add("Slice", {chain.value(), starts, ends, axes});
  }

  void operator()(const InstanceNormOptions& o) const {
    const int64_t channels = chain.layer().input[0];
    const auto held = [&](const char* name, const at::Tensor& otherwise) {
      return o.affine ? chain.tensor(name) : chain.constant(name, otherwise);
    };
    chain.add("InstanceNormalization",
              {chain.value(), held("weight", at::ones({channels}, at::kFloat)),
               held("bias", at::zeros({channels}, at::kFloat))},
              {{"epsilon", static_cast<float>(o.epsilon)}});
  }

  void operator()(const ReflectionPadOptions& o) const {
    const int64_t p = o.padding;
    const at::Tensor pads = whole_numbers({0, 0, p, p, 0, 0, p, p});
    chain.add("Pad", {chain.value(), chain.constant("pads", pads)}, {{"mode", "reflect"}});
  }

  void operator()(const MaxoutOptions& o) const {
    const at::Tensor pieces = whole_numbers({0, o.units, o.pieces});
    chain.add("Gemm", affine_inputs(), {{"transB", int64_t{1}}}, ".pieces");
    chain.add("Reshape", {chain.value(), chain.constant("shape", pieces)}, {}, ".units");
    chain.add("ReduceMax", {chain.value()},
              {{"axes", std::vector<int64_t>{2}}, {"keepdims", int64_t{0}}});
  }

  // Refused by require_sample_wise.
  void operator()(const MinibatchStdOptions&) const {}
  void operator()(const MinibatchDiscriminationOptions&) const {}

 private:
  // `outputs`: the dimension of the weight that spectral normalisation takes for its rows.
  std::vector<std::string> affine_inputs(bool spectral_norm = false, int64_t outputs = 0) const {
    std::vector<std::string> inputs = {
        chain.value(), spectral_norm ? normalized_weight(outputs) : chain.tensor("weight")};
    const std::string bias = chain.tensor("bias");
    if (!bias.empty()) inputs.push_back(bias);
    return inputs;
  }

  std::string normalized_weight(int64_t outputs) const {
    const std::vector<LayerTensor>& tensors = chain.layer().tensors;
    return chain.constant(
        "weight", spectrally_normalized(tensors.front().tensor, outputs, tensors.back().tensor));
  }

  void activate(const ActivationOptions& function) const {
    std::visit(AppendActivation{chain}, function);
  }

  static std::vector<Attribute> window(int64_t rows, int64_t columns, int64_t step_rows,
                                       int64_t step_columns, PaddingPair row_pads,
                                       PaddingPair column_pads) {
    return {{"kernel_shape", std::vector<int64_t>{rows, columns}},
            {"strides", std::vector<int64_t>{step_rows, step_columns}},
            {"pads", std::vector<int64_t>{row_pads.before, column_pads.before, row_pads.after,
                                          column_pads.after}}};
  }

  void pool(const char* type, const PoolingFields& o, std::vector<Attribute> attributes) const {
    const Shape& input = chain.layer().input;
    const Padding padding = o.padding_rule();
    const int64_t step_rows = o.steps().front(), step_columns = o.steps().back();
    for (Attribute& attribute :
         window(o.size.front(), o.size.back(), step_rows, step_columns,
                convolution_padding(input[1], o.size.front(), step_rows, padding),
                convolution_padding(input[2], o.size.back(), step_columns, padding))) {
      attributes.push_back(std::move(attribute));
    }
    chain.add(type, {chain.value()}, std::move(attributes));
  }
};

}  // namespace

void append_layers(const std::vector<ListedLayer>& layers, Model& model) {
  Chain chain(model);
  for (const ListedLayer& layer : layers) {
    chain.enter(layer);
    std::visit(AppendLayer{chain}, layer.options);
  }
  chain.finish();
}

}  // namespace belamy::onnx
