// Spectral normalisation: a layer's weights divided by their largest singular value, so that the
// layer stretches nothing. Miyato, Kataoka, Koyama and Yoshida, "Spectral normalization for
// generative adversarial networks" (2018), algorithm 1.
#pragma once

#include <ATen/core/Tensor.h>

#include "belamy/core/rng.h"
#include "belamy/nn/layer.h"

namespace belamy {

class SpectralNorm {
 public:
  /// `outputs` is the dimension of `weight` that numbers outputs; the others make a matrix's rows.
  SpectralNorm(const at::Tensor& weight, int64_t outputs, RandomStream& random);

  /// weight / sigma, float32; gradients of any order flow to the weight through both. In training
  /// that updates statistics a power iteration is made first.
  at::Tensor apply(const at::Tensor& weight, const ForwardContext& context) const;

  /// [outputs], the estimate of the first left singular vector, of any length: part of the layer's
  /// state, not trained.
  const at::Tensor& vector() const { return vector_; }

 private:
  int64_t outputs_;
  at::Tensor vector_;
};

/// weight / sigma as inference has it: by the vector as it is.
at::Tensor spectrally_normalized(const at::Tensor& weight, int64_t outputs,
                                 const at::Tensor& vector);

}  // namespace belamy
