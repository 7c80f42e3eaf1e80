// Dropout (Srivastava et al. 2014), inverted as in Keras: kept values are divided by 1 - rate.
#pragma once

#include "belamy/core/options.h"
#include "belamy/nn/layer.h"

namespace belamy {

struct DropoutOptions {
  static constexpr const char* kType = "dropout";
  double rate = 0.5;

  void visit(OptionsVisitor& v) {
    v.number("rate", rate, {0, 0.999}, "share of the values set to zero while training");
  }
};

/// x * mask / (1 - rate), the mask that of kernels::dropout in [N, H, W, C] order. float32 or
/// bfloat16; gradients of any order.
at::Tensor masked_scale(const at::Tensor& x, double rate, PhiloxKey key, uint64_t first_block);

/// Any shape. Draws its mask from the context's random stream while training; the identity
/// otherwise. Gradients of any order: the mask is recomputed from its counter, never stored.
class Dropout final : public Layer {
 public:
  explicit Dropout(DropoutOptions options) : options_(options) {}

  const char* keras_name() const override { return "Dropout"; }
  Shape output_shape(const Shape& input) const override { return input; }
  at::Tensor forward(const at::Tensor& x, const ForwardContext& context) const override;

  double rate() const { return options_.rate; }

  /// The first of the Philox blocks that the mask of `count` values takes from the context's
  /// stream. Throws kUsage when the context has none.
  static uint64_t take_blocks(const ForwardContext& context, int64_t count);

 private:
  DropoutOptions options_;
};

}  // namespace belamy
