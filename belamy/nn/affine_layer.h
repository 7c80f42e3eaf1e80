// A layer that is linear in its input but for an inline activation: dense and convolutions.
#pragma once

#include "belamy/nn/activation.h"

namespace belamy {

class AffineLayer : public Layer {
 public:
  virtual const ActivationOptions& activation() const = 0;

  /// The layer without its activation: compiled stages treat the two apart.
  virtual at::Tensor affine(const at::Tensor& x, const ForwardContext& context) const = 0;

  at::Tensor forward(const at::Tensor& x, const ForwardContext& context) const final {
    return activate(affine(x, context), activation());
  }
};

}  // namespace belamy
