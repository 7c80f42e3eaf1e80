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

/// Any shape. Draws its mask from the context's random stream while training; the identity
/// otherwise. Gradients of any order: the mask is recomputed from its counter, never stored.
class Dropout final : public Layer {
 public:
  explicit Dropout(DropoutOptions options) : options_(options) {}

  const char* keras_name() const override { return "Dropout"; }
  Shape output_shape(const Shape& input) const override { return input; }
  at::Tensor forward(const at::Tensor& x, const ForwardContext& context) const override;

 private:
  DropoutOptions options_;
};

}  // namespace belamy
