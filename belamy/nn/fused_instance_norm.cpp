#include "belamy/nn/fused_instance_norm.h"

#include <ATen/ATen.h>
#include <torch/autograd.h>

#include <algorithm>

#include "belamy/core/profile.h"
#include "belamy/kernels/normalization.h"
#include "belamy/nn/fused.h"
#include "belamy/nn/saved_pointer.h"

namespace belamy {
namespace {

using torch::autograd::AutogradContext;
using torch::autograd::variable_list;

class FusedInstanceNorm;

class InstanceNormFunction : public torch::autograd::Function<InstanceNormFunction> {
 public:
  static at::Tensor forward(AutogradContext* context, const at::Tensor& x, const at::Tensor& gamma,
                            const at::Tensor& beta, const FusedInstanceNorm* stage);
  static variable_list backward(AutogradContext* context, variable_list gradients);
};

class FusedInstanceNorm final : public Stage {
 public:
  explicit FusedInstanceNorm(const FusedInstanceNormParts& parts) : parts_(parts) {}

  at::Tensor forward(const at::Tensor& x, const ForwardContext& context) const override {
    const bool served =
        x.device().is_cpu() && (x.scalar_type() == at::kFloat || x.scalar_type() == at::kBFloat16);
    if (!served) return activate(parts_.layer->forward(x, context), parts_.plain_function);
    return InstanceNormFunction::apply(x, parts_.layer->weight(), parts_.layer->bias(), this);
  }

  // In ATen's operations; inputs: {x, gamma, beta}.
  at::Tensor plain(const std::vector<at::Tensor>& inputs) const {
    const at::Tensor normalized = at::instance_norm(
        inputs[0].to(at::kFloat), inputs[1], inputs[2], {}, {}, /*use_input_stats=*/true,
        /*momentum=*/0, parts_.layer->options().epsilon, /*cudnn_enabled=*/false);
    return activate(normalized, parts_.plain_function);
  }

  kernels::Normalization normalization() const {
    return {.gamma = float_data(parts_.layer->weight()),
            .beta = float_data(parts_.layer->bias()),
            .epsilon = static_cast<float>(parts_.layer->options().epsilon),
            .function = parts_.function,
            .before = {},
            .after = {}};
  }

 private:
  FusedInstanceNormParts parts_;
};

template <class T>
T* data_of(const at::Tensor& x) {
  return reinterpret_cast<T*>(x.data_ptr());
}

template <class Body>
void with_element(const at::Tensor& x, const Body& body) {
  if (x.scalar_type() == at::kBFloat16) return body(static_cast<kernels::Bf16*>(nullptr));
  body(static_cast<float*>(nullptr));
}

struct ImageShape {
  explicit ImageShape(const at::Tensor& x)
      : images(static_cast<size_t>(x.size(0))),
        one{static_cast<size_t>(x.size(2) * x.size(3)), static_cast<size_t>(x.size(1))} {}
  size_t values() const { return one.rows * one.channels; }

  size_t images;
  kernels::NormalizationShape one;
};

at::Tensor InstanceNormFunction::forward(AutogradContext* context, const at::Tensor& x,
                                         const at::Tensor& gamma, const at::Tensor& beta,
                                         const FusedInstanceNorm* stage) {
  const at::Tensor dense = dense_layout(x, x.scalar_type());
  const at::Tensor y = at::empty_like(dense);
  const ImageShape shape(x);
  const at::Tensor mean = at::empty({x.size(0), x.size(1)}, at::kFloat);
  const at::Tensor inverse_deviation = at::empty_like(mean);
  std::vector<float> variance(shape.one.channels);
  with_element(x, [&](auto* element) {
    using T = std::remove_pointer_t<decltype(element)>;
    for (size_t i = 0; i < shape.images; ++i) {
      kernels::batch_normalization(data_of<T>(dense) + i * shape.values(),
                                   data_of<T>(y) + i * shape.values(), shape.one,
                                   stage->normalization(),
                                   {float_data(mean) + i * shape.one.channels, variance.data(),
                                    float_data(inverse_deviation) + i * shape.one.channels});
    }
  });
  context->save_for_backward({x, gamma, beta, mean, inverse_deviation});
  save_pointer(*context, "stage", stage);
  context->saved_data["gamma"] = gamma.requires_grad();
  context->saved_data["beta"] = beta.requires_grad();
  return y;
}

variable_list InstanceNormFunction::backward(AutogradContext* context, variable_list gradients) {
  const auto saved = context->get_saved_variables();
  const auto* stage = saved_pointer<FusedInstanceNorm>(*context, "stage");
  const ProfileScope scope(stage->name(), "backward");
  if (at::GradMode::is_enabled()) {
    auto recorded = recorded_gradients(
        [&](const std::vector<at::Tensor>& inputs) { return stage->plain(inputs); },
        {saved[0], saved[1], saved[2]}, gradients[0]);
    return {recorded[0], recorded[1], recorded[2], at::Tensor()};
  }
  const ParameterGradient dgamma(saved[1], context->saved_data["gamma"].toBool());
  const ParameterGradient dbeta(saved[2], context->saved_data["beta"].toBool());
  const at::Tensor x = dense_layout(saved[0], saved[0].scalar_type());
  const at::Tensor dy = dense_layout(gradients[0], x.scalar_type());
  const at::Tensor dx = at::empty_like(x);
  const ImageShape shape(x);
  const size_t channels = shape.one.channels;
  std::vector<float> of_image(2 * channels), sum(2 * channels, 0.0f);  // dgamma, dbeta
  with_element(x, [&](auto* element) {
    using T = std::remove_pointer_t<decltype(element)>;
    for (size_t i = 0; i < shape.images; ++i) {
      kernels::batch_normalization_backward(
          shape.one, stage->normalization(),
          kernels::NormalizationGradients<T>{
              .x = data_of<T>(x) + i * shape.values(),
              .dy = data_of<T>(dy) + i * shape.values(),
              .mean = float_data(saved[3]) + i * channels,
              .inverse_deviation = float_data(saved[4]) + i * channels,
              .dx = data_of<T>(dx) + i * shape.values(),
              .dgamma = of_image.data(),
              .dbeta = of_image.data() + channels});
      for (size_t c = 0; c < sum.size(); ++c) sum[c] += of_image[c];
    }
  });
  const auto half = static_cast<std::ptrdiff_t>(channels);
  if (dgamma.data() != nullptr) std::copy(sum.begin(), sum.begin() + half, dgamma.data());
  if (dbeta.data() != nullptr) std::copy(sum.begin() + half, sum.end(), dbeta.data());
  return {dx, dgamma.result(), dbeta.result(), at::Tensor()};
}

}  // namespace

std::unique_ptr<Stage> make_fused_instance_norm(const FusedInstanceNormParts& parts) {
  return std::make_unique<FusedInstanceNorm>(parts);
}

}  // namespace belamy
