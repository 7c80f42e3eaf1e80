// A layer that is linear in its input but for an inline activation: dense and convolutions.
#pragma once

#include <optional>

#include "belamy/nn/activation.h"
#include "belamy/nn/spectral_norm.h"

namespace belamy {

class AffineLayer : public Layer {
 public:
  virtual const ActivationOptions& activation() const = 0;

  /// The layer without its activation: compiled stages treat the two apart.
  virtual at::Tensor affine(const at::Tensor& x, const ForwardContext& context) const = 0;

  /// What the weight is divided by, if anything. Stages that read the weight themselves must leave
  /// such a layer to affine().
  const std::optional<SpectralNorm>& spectral_norm() const { return spectral_norm_; }

  at::Tensor forward(const at::Tensor& x, const ForwardContext& context) const final {
    return activate(affine(x, context), activation());
  }

 protected:
  /// The weight as the layer applies it.
  at::Tensor applied(const at::Tensor& weight, const ForwardContext& context) const {
    return spectral_norm_ ? spectral_norm_->apply(weight, context) : weight;
  }
  void add_spectral_norm(std::vector<LayerTensor>& tensors) const {
    if (spectral_norm_) tensors.push_back({"spectral_vector", spectral_norm_->vector(), false});
  }

  std::optional<SpectralNorm> spectral_norm_;
};

}  // namespace belamy
