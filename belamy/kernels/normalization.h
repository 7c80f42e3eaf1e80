// Batch normalisation of x [rows, channels], channels contiguous, with what often surrounds it
// fused into two passes over memory:
//
//   u = dropout(x)    z = gamma (u - mean) / sqrt(variance + epsilon) + beta    y = dropout(f(z))
//
// A tensor [N, H, W, C] has N H W rows. Nothing but x is needed again for the gradients. Results do
// not depend on the number of threads. T is float or Bf16; everything is computed in float.
//
// Ioffe and Szegedy, "Batch normalization: accelerating deep network training by reducing internal
// covariate shift" (2015).
#pragma once

#include <cstddef>
#include <cstdint>

#include "belamy/core/rng.h"
#include "belamy/kernels/activation.h"
#include "belamy/kernels/bf16.h"

namespace belamy::kernels {

/// Element i (row * channels + channel) is kept and scaled as belamy/kernels/dropout.h does it, bit
/// for bit. At rate 0 no random numbers are made.
struct DropoutMask {
  float rate = 0.0f;  // 0 <= rate < 1
  PhiloxKey key = {};
  uint64_t first_block = 0;
};

struct NormalizationShape {
  size_t rows = 0, channels = 0;
};

/// What both directions need; the arrays are [channels].
struct Normalization {
  const float* gamma = nullptr;
  const float* beta = nullptr;
  float epsilon = 1e-3f;
  ActivationFunction function = {};
  DropoutMask before = {}, after = {};
};

/// Of u over the rows, [channels] each. The variance is the biased one; inverse_deviation is
/// 1 / sqrt(variance + epsilon).
struct BatchStatistics {
  float* mean = nullptr;
  float* variance = nullptr;
  float* inverse_deviation = nullptr;
};

/// y from x, and the statistics. `y` may be `x`. Throws kUsage for no rows or a wrong dropout rate.
void batch_normalization(const float* x, float* y, NormalizationShape shape,
                         const Normalization& normalization, BatchStatistics statistics);
void batch_normalization(const Bf16* x, Bf16* y, NormalizationShape shape,
                         const Normalization& normalization, BatchStatistics statistics);

/// What the gradients are made from and go to; the arrays but x, dy and dx are [channels].
template <class T>
struct NormalizationGradients {
  const T* x = nullptr;
  const T* dy = nullptr;
  const float* mean = nullptr;               // as batch_normalization gave it
  const float* inverse_deviation = nullptr;  // likewise
  T* dx = nullptr;                           // may be `dy` or `x`
  float* dgamma = nullptr;
  float* dbeta = nullptr;
};

/// dx, dgamma and dbeta from dy, the gradient of y. The statistics are functions of x: dx counts
/// what reaches x through them. Throws as batch_normalization does.
void batch_normalization_backward(NormalizationShape shape, const Normalization& normalization,
                                  const NormalizationGradients<float>& gradients);
void batch_normalization_backward(NormalizationShape shape, const Normalization& normalization,
                                  const NormalizationGradients<Bf16>& gradients);

/// The inference form: y = f(scale x + shift), where `scale` and `shift` are [channels]. `y` may be
/// `x`.
void scale_shift(const float* x, float* y, NormalizationShape shape, const float* scale,
                 const float* shift, ActivationFunction function);
void scale_shift(const Bf16* x, Bf16* y, NormalizationShape shape, const float* scale,
                 const float* shift, ActivationFunction function);

}  // namespace belamy::kernels
