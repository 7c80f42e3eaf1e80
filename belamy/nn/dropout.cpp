#include "belamy/nn/dropout.h"

#include <ATen/ATen.h>
#include <torch/autograd.h>

#include "belamy/core/error.h"
#include "belamy/kernels/dropout.h"
#include "belamy/kernels/random.h"

namespace belamy {
namespace {


// y = x * mask / (1 - rate), linear in x: its gradient is the same function of the gradient.
class MaskedScale : public torch::autograd::Function<MaskedScale> {
 public:
  static at::Tensor forward(torch::autograd::AutogradContext* context, const at::Tensor& x,
                            double rate, int64_t key, int64_t first_block) {
    context->saved_data["rate"] = rate;
    context->saved_data["key"] = key;
    context->saved_data["first_block"] = first_block;
    // The mask follows the order in memory, so a gradient must come in the same layout.
    const auto layout = x.suggest_memory_format();
    context->saved_data["layout"] = static_cast<int64_t>(layout);
    return apply_mask(x, layout, rate, key, first_block);
  }

  static torch::autograd::variable_list backward(torch::autograd::AutogradContext* context,
                                                 torch::autograd::variable_list gradients) {
    const auto layout = static_cast<at::MemoryFormat>(context->saved_data["layout"].toInt());
    const at::Tensor gradient = MaskedScale::apply(
        gradients[0].contiguous(layout), context->saved_data["rate"].toDouble(),
        context->saved_data["key"].toInt(), context->saved_data["first_block"].toInt());
    return {gradient, {}, {}, {}};
  }

 private:
  static at::Tensor apply_mask(const at::Tensor& x, at::MemoryFormat layout, double rate,
                               int64_t key, int64_t first_block) {
    const at::Tensor input = x.to(at::kFloat).contiguous(layout);
    at::Tensor output = at::empty_like(input);
    const auto bits = static_cast<uint64_t>(key);
    kernels::dropout(input.data_ptr<float>(), output.data_ptr<float>(),
                     static_cast<size_t>(input.numel()), static_cast<float>(rate),
                     {static_cast<uint32_t>(bits), static_cast<uint32_t>(bits >> 32)},
                     static_cast<uint64_t>(first_block));
    return output.to(x.scalar_type());
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
