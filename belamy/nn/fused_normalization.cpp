#include "belamy/nn/fused_normalization.h"

#include <ATen/ATen.h>
#include <torch/autograd.h>

#include <cmath>
#include <memory>

#include "belamy/core/profile.h"
#include "belamy/kernels/normalization.h"
#include "belamy/nn/fused.h"
#include "belamy/nn/saved_pointer.h"

namespace belamy {
namespace {

struct Masks {
  kernels::DropoutMask before, after;
};

kernels::DropoutMask draw_mask(const Dropout* layer, const ForwardContext& context, int64_t count) {
  if (layer == nullptr || layer->rate() == 0) return {};
  const uint64_t first_block = Dropout::take_blocks(context, count);
  return {static_cast<float>(layer->rate()), context.random->key(), first_block};
}

at::Tensor masked(const at::Tensor& x, const kernels::DropoutMask& mask) {
  if (mask.rate == 0) return x;
  return masked_scale(x, double{mask.rate}, mask.key, mask.first_block);
}

kernels::NormalizationShape rows_and_channels(const at::Tensor& x) {
  const int64_t channels = x.size(1);
  return {static_cast<size_t>(x.numel() / channels), static_cast<size_t>(channels)};
}

/// One training pass: what its backward pass needs beside x.
struct Pass {
  const FusedNormalizationParts* parts = nullptr;
  const Stage* stage = nullptr;
  Masks masks;
  at::Tensor mean, inverse_deviation;

  kernels::Normalization normalization() const {
    const BatchNorm& layer = *parts->batch_norm;
    return {.gamma = float_data(layer.weight()),
            .beta = float_data(layer.bias()),
            .epsilon = static_cast<float>(layer.options().epsilon),
            .function = parts->function,
            .before = masks.before,
            .after = masks.after};
  }

  // In ATen's operations; inputs: {x, gamma, beta}.
  at::Tensor plain(const std::vector<at::Tensor>& inputs) const {
    const at::Tensor normalized =
        at::batch_norm(masked(inputs[0].to(at::kFloat), masks.before), inputs[1], inputs[2], {}, {},
                       /*training=*/true, 0, parts->batch_norm->options().epsilon,
                       /*cudnn_enabled=*/false);
    return masked(activate(normalized, parts->plain_function), masks.after);
  }
};

template <class T>
T* data_of(const at::Tensor& x) {
  return reinterpret_cast<T*>(x.data_ptr());
}

// Calls body with a null pointer of the tensor's element type.
template <class Body>
void with_element(const at::Tensor& x, const Body& body) {
  if (x.scalar_type() == at::kBFloat16) return body(static_cast<kernels::Bf16*>(nullptr));
  body(static_cast<float*>(nullptr));
}

class NormalizationFunction : public torch::autograd::Function<NormalizationFunction> {
 public:
  static at::Tensor forward(torch::autograd::AutogradContext* context, const at::Tensor& x,
                            const at::Tensor& gamma, const at::Tensor& beta, Pass* pass,
                            const at::Tensor& variance) {
    const at::Tensor dense = dense_layout(x, x.scalar_type());
    const at::Tensor y = at::empty_like(dense);
    pass->mean = at::empty({x.size(1)}, at::kFloat);
    pass->inverse_deviation = at::empty({x.size(1)}, at::kFloat);
    with_element(x, [&](auto* element) {
      using T = std::remove_pointer_t<decltype(element)>;
      kernels::batch_normalization(
          data_of<T>(dense), data_of<T>(y), rows_and_channels(x), pass->normalization(),
          {float_data(pass->mean), float_data(variance), float_data(pass->inverse_deviation)});
    });
    context->save_for_backward({x, gamma, beta, pass->mean, pass->inverse_deviation});
    auto& saved = context->saved_data;
    save_pointer(*context, "parts", pass->parts);
    save_pointer(*context, "stage", pass->stage);
    save_mask(saved, "before", pass->masks.before);
    save_mask(saved, "after", pass->masks.after);
    saved["x"] = x.requires_grad();
    saved["gamma"] = gamma.requires_grad();
    saved["beta"] = beta.requires_grad();
    return y;
  }

  static torch::autograd::variable_list backward(torch::autograd::AutogradContext* context,
                                                 torch::autograd::variable_list gradients) {
    const auto tensors = context->get_saved_variables();
    auto& saved = context->saved_data;
    const Pass pass{saved_pointer<FusedNormalizationParts>(*context, "parts"),
                    saved_pointer<Stage>(*context, "stage"),
                    {load_mask(saved, "before"), load_mask(saved, "after")},
                    tensors[3],
                    tensors[4]};
    const ProfileScope scope(pass.stage->name(), "backward");
    if (at::GradMode::is_enabled()) {
      auto recorded = recorded_gradients(
          [&](const std::vector<at::Tensor>& inputs) { return pass.plain(inputs); },
          {tensors[0], tensors[1], tensors[2]}, gradients[0]);
      return {recorded[0], recorded[1], recorded[2], at::Tensor(), at::Tensor()};
    }
    const ParameterGradient dgamma(tensors[1], saved["gamma"].toBool());
    const ParameterGradient dbeta(tensors[2], saved["beta"].toBool());
    const at::Tensor x = dense_layout(tensors[0], tensors[0].scalar_type());
    const at::Tensor dy = dense_layout(gradients[0], x.scalar_type());
    const at::Tensor dx = at::empty_like(x);
    std::vector<float> unwanted(static_cast<size_t>(x.size(1)));
    with_element(x, [&](auto* element) {
      using T = std::remove_pointer_t<decltype(element)>;
      kernels::batch_normalization_backward(
          rows_and_channels(x), pass.normalization(),
          kernels::NormalizationGradients<T>{
              .x = data_of<T>(x),
              .dy = data_of<T>(dy),
              .mean = float_data(pass.mean),
              .inverse_deviation = float_data(pass.inverse_deviation),
              .dx = data_of<T>(dx),
              .dgamma = dgamma.data() != nullptr ? dgamma.data() : unwanted.data(),
              .dbeta = dbeta.data() != nullptr ? dbeta.data() : unwanted.data()});
    });
    return {dx, dgamma.result(), dbeta.result(), at::Tensor(), at::Tensor()};
  }

 private:
  using SavedData = ska::flat_hash_map<std::string, at::IValue>;

  static void save_mask(SavedData& saved, const std::string& name,
                        const kernels::DropoutMask& mask) {
    saved[name + ".rate"] = double{mask.rate};
    saved[name + ".key"] = static_cast<int64_t>((uint64_t{mask.key.high} << 32) | mask.key.low);
    saved[name + ".block"] = static_cast<int64_t>(mask.first_block);
  }

  static kernels::DropoutMask load_mask(SavedData& saved, const std::string& name) {
    const auto key = static_cast<uint64_t>(saved[name + ".key"].toInt());
    return {static_cast<float>(saved[name + ".rate"].toDouble()),
            {static_cast<uint32_t>(key), static_cast<uint32_t>(key >> 32)},
            static_cast<uint64_t>(saved[name + ".block"].toInt())};
  }
};

class FusedNormalization final : public Stage {
 public:
  explicit FusedNormalization(const FusedNormalizationParts& parts) : parts_(parts) {}

  at::Tensor forward(const at::Tensor& x, const ForwardContext& context) const override {
    const bool served =
        x.device().is_cpu() && (x.scalar_type() == at::kFloat || x.scalar_type() == at::kBFloat16);
    if (!served) return plain(x, context);
    return context.mode == Mode::kTraining ? train(x, context) : infer(x, context);
  }

 private:
  at::Tensor plain(const at::Tensor& x, const ForwardContext& context) const {
    at::Tensor y = parts_.before == nullptr ? x : parts_.before->forward(x, context);
    y = activate(parts_.batch_norm->forward(y, context), parts_.plain_function);
    return parts_.after == nullptr ? y : parts_.after->forward(y, context);
  }

  at::Tensor train(const at::Tensor& x, const ForwardContext& context) const {
    Pass pass{
        &parts_,
        this,
        {draw_mask(parts_.before, context, x.numel()), draw_mask(parts_.after, context, x.numel())},
        {},
        {}};
    const at::Tensor variance = at::empty({x.size(1)}, at::kFloat);
    const BatchNorm& layer = *parts_.batch_norm;
    const at::Tensor y =
        NormalizationFunction::apply(x, layer.weight(), layer.bias(), &pass, variance);
    if (context.update_statistics) {
      layer.move_averages(pass.mean, variance, x.numel() / x.size(1));
    }
    return y;
  }

  // No gradients are expected here, so what is recorded comes from ATen.
  at::Tensor infer(const at::Tensor& x, const ForwardContext& context) const {
    if (at::GradMode::is_enabled() && x.requires_grad()) return plain(x, context);
    const BatchNorm& layer = *parts_.batch_norm;
    const auto channels = static_cast<size_t>(x.size(1));
    std::vector<float> scale(channels), shift(channels);
    for (size_t c = 0; c < channels; ++c) {
      const float variance = float_data(layer.running_var())[c];
      scale[c] = float_data(layer.weight())[c] /
                 std::sqrt(variance + static_cast<float>(layer.options().epsilon));
      shift[c] = float_data(layer.bias())[c] - scale[c] * float_data(layer.running_mean())[c];
    }
    const at::Tensor dense = dense_layout(x, x.scalar_type());
    const at::Tensor y = at::empty_like(dense);
    with_element(x, [&](auto* element) {
      using T = std::remove_pointer_t<decltype(element)>;
      kernels::scale_shift(data_of<T>(dense), data_of<T>(y), rows_and_channels(x), scale.data(),
                           shift.data(), parts_.function);
    });
    return y;
  }

  FusedNormalizationParts parts_;
};

}  // namespace

std::unique_ptr<Stage> make_fused_normalization(const FusedNormalizationParts& parts) {
  return std::make_unique<FusedNormalization>(parts);
}

}  // namespace belamy
