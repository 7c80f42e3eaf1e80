#include "belamy/nn/dropout.h"

#include <ATen/ATen.h>
#include <torch/autograd.h>

#include "belamy/core/error.h"
#include "belamy/kernels/dropout.h"
#include "belamy/kernels/random.h"
#include "belamy/nn/fused.h"

namespace belamy {
namespace {

// Masks follow the kernels' order, [N, H, W, C] of images, whatever the order in memory: a layer
// and the stage compiled from it, a value and its gradient, meet the same mask.
at::Tensor masked(const at::Tensor& x, double rate, int64_t key, int64_t first_block) {
  const bool narrow = x.scalar_type() == at::kBFloat16;
  const at::Tensor input = dense_layout(x, narrow ? at::kBFloat16 : at::kFloat);
  const at::Tensor output = at::empty_like(input);
  const auto bits = static_cast<uint64_t>(key);
  const auto drop = [&](const auto* from, auto* to) {
    kernels::dropout(from, to, static_cast<size_t>(input.numel()), static_cast<float>(rate),
                     {static_cast<uint32_t>(bits), static_cast<uint32_t>(bits >> 32)},
                     static_cast<uint64_t>(first_block));
  };
  if (narrow) {
    drop(reinterpret_cast<const kernels::Bf16*>(input.data_ptr()),
         reinterpret_cast<kernels::Bf16*>(output.data_ptr()));
  } else {
    drop(input.data_ptr<float>(), output.data_ptr<float>());
  }
  return output.to(x.scalar_type());
}

// y = x * mask / (1 - rate), linear in x: its gradient is the same function of the gradient.
class MaskedScale : public torch::autograd::Function<MaskedScale> {
 public:
  static at::Tensor forward(torch::autograd::AutogradContext* context, const at::Tensor& x,
                            double rate, int64_t key, int64_t first_block) {
    context->saved_data["rate"] = rate;
    context->saved_data["key"] = key;
    context->saved_data["first_block"] = first_block;
    return masked(x, rate, key, first_block);
  }

  static torch::autograd::variable_list backward(torch::autograd::AutogradContext* context,
                                                 torch::autograd::variable_list gradients) {
    const at::Tensor gradient = MaskedScale::apply(
        gradients[0], context->saved_data["rate"].toDouble(), context->saved_data["key"].toInt(),
        context->saved_data["first_block"].toInt());
    return {gradient, {}, {}, {}};
  }
};

}  // namespace

at::Tensor masked_scale(const at::Tensor& x, double rate, PhiloxKey key, uint64_t first_block) {
  const uint64_t key_bits = (static_cast<uint64_t>(key.high) << 32) | key.low;
  return MaskedScale::apply(x, rate, static_cast<int64_t>(key_bits),
                            static_cast<int64_t>(first_block));
}

uint64_t Dropout::take_blocks(const ForwardContext& context, int64_t count) {
  if (context.random == nullptr) {
    fail(ErrorKind::kUsage, "dropout in training needs ForwardContext::random");
  }
  return context.random->take(kernels::philox_blocks(static_cast<size_t>(count)));
}

at::Tensor Dropout::forward(const at::Tensor& x, const ForwardContext& context) const {
  if (context.mode == Mode::kInference || options_.rate == 0) return x;
  const uint64_t first_block = take_blocks(context, x.numel());
  return masked_scale(x, options_.rate, context.random->key(), first_block);
}

}  // namespace belamy
