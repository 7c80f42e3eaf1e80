#include "belamy/nn/activation.h"

#include <ATen/ATen.h>

namespace belamy {
namespace {

struct Apply {
  const at::Tensor& x;

  at::Tensor operator()(const Linear&) const { return x; }
  at::Tensor operator()(const Relu&) const { return at::relu(x); }
  at::Tensor operator()(const LeakyRelu& f) const { return at::leaky_relu(x, f.alpha); }
  at::Tensor operator()(const Elu& f) const { return at::elu(x, f.alpha); }
  at::Tensor operator()(const Selu&) const { return at::selu(x); }
  at::Tensor operator()(const Gelu&) const { return at::gelu(x); }
  at::Tensor operator()(const Swish&) const { return at::silu(x); }
  at::Tensor operator()(const Softplus&) const { return at::softplus(x); }
  at::Tensor operator()(const Tanh&) const { return at::tanh(x); }
  at::Tensor operator()(const Sigmoid&) const { return at::sigmoid(x); }
};

}  // namespace

at::Tensor activate(const at::Tensor& x, const ActivationOptions& function) {
  return std::visit(Apply{x}, function);
}

const char* ActivationLayer::keras_name() const {
  return std::holds_alternative<LeakyRelu>(options_.function) ? "LeakyReLU" : "Activation";
}

at::Tensor ActivationLayer::forward(const at::Tensor& x, const ForwardContext&) const {
  return activate(x, options_.function);
}

}  // namespace belamy
