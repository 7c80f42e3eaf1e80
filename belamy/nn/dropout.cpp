#include "belamy/nn/dropout.h"

#include <ATen/ATen.h>
#include <torch/autograd.h>

#include "belamy/core/error.h"
#include "belamy/kernels/dropout.h"
#include "belamy/kernels/random.h"

namespace belamy {
namespace {

// Masks follow [N, H, W, C], the order that convolutions work in, whatever the order in memory: a
// layer and the stage compiled from it, a value and its gradient, meet the same mask.
at::MemoryFormat mask_layout(const at::Tensor& x) {
  return x.dim() == 4 ? at::MemoryFormat::ChannelsLast : at::MemoryFormat::Contiguous;
}

at::Tensor masked(const at::Tensor& x, double rate, int64_t key, int64_t first_block) {
  const at::Tensor input = x.to(at::kFloat).contiguous(mask_layout(x));
  at::Tensor output = at::empty_like(input);
  const auto bits = static_cast<uint64_t>(key);
  kernels::dropout(input.data_ptr<float>(), output.data_ptr<float>(),
                   static_cast<size_t>(input.numel()), static_cast<float>(rate),
                   {static_cast<uint32_t>(bits), static_cast<uint32_t>(bits >> 32)},
                   static_cast<uint64_t>(first_block));
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

at::Tensor Dropout::forward(const at::Tensor& x, const ForwardContext& context) const {
  if (context.mode == Mode::kInference || options_.rate == 0) return x;
  if (context.random == nullptr) {
    fail(ErrorKind::kUsage, "dropout in training needs ForwardContext::random");
  }
  const PhiloxKey key = context.random->key();
  const uint64_t block =
      context.random->take(kernels::philox_blocks(static_cast<size_t>(x.numel())));
  const uint64_t key_bits = (static_cast<uint64_t>(key.high) << 32) | key.low;
  return MaskedScale::apply(x, options_.rate, static_cast<int64_t>(key_bits),
                            static_cast<int64_t>(block));
}

}  // namespace belamy
