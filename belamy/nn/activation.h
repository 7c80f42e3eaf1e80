// Activation functions, as layers of their own and inline in dense and convolution layers.
#pragma once

#include <variant>

#include "belamy/core/options.h"
#include "belamy/nn/layer.h"

namespace belamy {

/// Options without fields.
struct PlainActivation {
  void visit(OptionsVisitor&) {}
};

struct Linear : PlainActivation {
  static constexpr const char* kType = "linear";
};
struct Relu : PlainActivation {
  static constexpr const char* kType = "relu";
};
/// Keras's LeakyReLU: alpha .3 unless told; the DCGAN paper uses .2.
struct LeakyRelu {
  static constexpr const char* kType = "leaky_relu";
  double alpha = 0.3;
  void visit(OptionsVisitor& v) { v.number("alpha", alpha, {0, 1}, "slope for negative inputs"); }
};
struct Elu {
  static constexpr const char* kType = "elu";
  double alpha = 1.0;
  void visit(OptionsVisitor& v) {
    v.number("alpha", alpha, {0, 100}, "the limit for negative inputs is -alpha");
  }
};
struct Selu : PlainActivation {
  static constexpr const char* kType = "selu";
};
struct Gelu : PlainActivation {
  static constexpr const char* kType = "gelu";
};
/// x * sigmoid(x), also called SiLU.
struct Swish : PlainActivation {
  static constexpr const char* kType = "swish";
};
struct Softplus : PlainActivation {
  static constexpr const char* kType = "softplus";
};
struct Tanh : PlainActivation {
  static constexpr const char* kType = "tanh";
};
struct Sigmoid : PlainActivation {
  static constexpr const char* kType = "sigmoid";
};

using ActivationOptions =
    std::variant<Linear, Relu, LeakyRelu, Elu, Selu, Gelu, Swish, Softplus, Tanh, Sigmoid>;

/// Elementwise; any shape, float32 or bfloat16; differentiable any number of times.
at::Tensor activate(const at::Tensor& x, const ActivationOptions& function);

struct ActivationLayerOptions {
  static constexpr const char* kType = "activation";
  ActivationOptions function = Relu{};
  void visit(OptionsVisitor& v) {
    v.one_of("function", function, "relu, leaky_relu, tanh, sigmoid, elu, ...");
  }
};

class ActivationLayer final : public Layer {
 public:
  explicit ActivationLayer(const ActivationLayerOptions& options) : options_(options) {}

  const char* keras_name() const override;
  Shape output_shape(const Shape& input) const override { return input; }
  at::Tensor forward(const at::Tensor& x, const ForwardContext& context) const override;

  const ActivationOptions& function() const { return options_.function; }

 private:
  ActivationLayerOptions options_;
};

}  // namespace belamy
