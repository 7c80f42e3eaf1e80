// Batch normalisation in double precision, step by step: what the fused kernels are tested against.
#pragma once

#include <cmath>
#include <cstdint>
#include <vector>

#include "belamy/core/rng.h"
#include "belamy/kernels/normalization.h"
#include "tests/kernels/activation_testing.h"

namespace belamy::kernels {

using Doubles = std::vector<double>;

/// What element `i` is multiplied by.
inline double reference_mask(const DropoutMask& mask, size_t i) {
  if (mask.rate == 0.0f) return 1.0;
  const uint32_t word = philox_block(mask.key, mask.first_block + i / 4)[i % 4];
  return unit_float(word) >= mask.rate ? 1.0f / (1.0f - mask.rate) : 0.0f;
}

struct ReferenceNormalization {
  NormalizationShape shape;
  Normalization options;  // its gamma and beta are not used
  Doubles gamma, beta;
  Doubles u = {}, mean = {}, variance = {}, deviation = {}, z = {}, y = {};

  void forward(const Doubles& x) {
    const auto& [rows, channels] = shape;
    u = x;
    z = y = Doubles(x.size());
    mean = variance = deviation = Doubles(channels, 0.0);
    for (size_t i = 0; i < x.size(); ++i) u[i] *= reference_mask(options.before, i);
    for (size_t i = 0; i < x.size(); ++i) mean[i % channels] += u[i] / rows;
    for (size_t i = 0; i < x.size(); ++i) {
      variance[i % channels] += std::pow(u[i] - mean[i % channels], 2) / rows;
    }
    for (size_t c = 0; c < channels; ++c) deviation[c] = std::sqrt(variance[c] + options.epsilon);
    for (size_t i = 0; i < x.size(); ++i) {
      const size_t c = i % channels;
      z[i] = gamma[c] * (u[i] - mean[c]) / deviation[c] + beta[c];
      y[i] = reference_activation(z[i], options.function) * reference_mask(options.after, i);
    }
  }

  struct Gradients {
    Doubles dx, dgamma, dbeta;
  };

  /// By the formulas, after forward().
  Gradients backward(const Doubles& dy) const {
    const auto& [rows, channels] = shape;
    Gradients g{Doubles(dy.size()), Doubles(channels, 0.0), Doubles(channels, 0.0)};
    Doubles dz(dy.size());
    const auto xhat = [&, n = channels](size_t i) {
      return (u[i] - mean[i % n]) / deviation[i % n];
    };
    for (size_t i = 0; i < dy.size(); ++i) {
      dz[i] = dy[i] * reference_mask(options.after, i) * reference_slope(z[i], options.function);
      g.dbeta[i % channels] += dz[i];
      g.dgamma[i % channels] += dz[i] * xhat(i);
    }
    for (size_t i = 0; i < dy.size(); ++i) {
      const size_t c = i % channels;
      const double centered = dz[i] - g.dbeta[c] / rows - xhat(i) * g.dgamma[c] / rows;
      g.dx[i] = reference_mask(options.before, i) * gamma[c] / deviation[c] * centered;
    }
    return g;
  }
};

}  // namespace belamy::kernels
