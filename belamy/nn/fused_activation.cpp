#include "belamy/nn/fused_activation.h"

#include <ATen/ATen.h>
#include <torch/autograd.h>

#include "belamy/nn/fused.h"

namespace belamy {
namespace {

// tanh, or else sigmoid.
class ActivationFunction : public torch::autograd::Function<ActivationFunction> {
 public:
  static at::Tensor forward(torch::autograd::AutogradContext* context, const at::Tensor& x,
                            bool is_tanh) {
    const at::Tensor dense = dense_layout(x, at::kFloat);
    const at::Tensor y = empty_layout(x.sizes(), at::kFloat);
    kernels::activate(float_data(dense), float_data(y), static_cast<size_t>(x.numel()),
                      function(is_tanh));
    context->save_for_backward({x, y});
    context->saved_data["is_tanh"] = is_tanh;
    return y;
  }

  static torch::autograd::variable_list backward(torch::autograd::AutogradContext* context,
                                                 torch::autograd::variable_list gradients) {
    const auto saved = context->get_saved_variables();
    const bool is_tanh = context->saved_data["is_tanh"].toBool();
    if (at::GradMode::is_enabled()) {
      const auto plain = [&](const std::vector<at::Tensor>& inputs) {
        return is_tanh ? at::tanh(inputs[0]) : at::sigmoid(inputs[0]);
      };
      return {recorded_gradients(plain, {saved[0]}, gradients[0])[0], {}};
    }
    const at::Tensor dy = dense_layout(gradients[0], at::kFloat);
    const at::Tensor dx = empty_layout(dy.sizes(), at::kFloat);
    kernels::activation_backward(float_data(saved[1]), float_data(dy), float_data(dx),
                                 static_cast<size_t>(dy.numel()), function(is_tanh));
    return {dx, {}};
  }

 private:
  static kernels::ActivationFunction function(bool is_tanh) {
    return {is_tanh ? kernels::ActivationKind::kTanh : kernels::ActivationKind::kSigmoid, 0};
  }
};

}  // namespace

at::Tensor fused_activate(const at::Tensor& x, const ActivationOptions& function) {
  const bool is_tanh = std::holds_alternative<Tanh>(function);
  const bool is_known = is_tanh || std::holds_alternative<Sigmoid>(function);
  if (!is_known || x.scalar_type() != at::kFloat || !x.device().is_cpu()) {
    return activate(x, function);
  }
  return ActivationFunction::apply(x, is_tanh);
}

}  // namespace belamy
