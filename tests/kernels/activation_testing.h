// Activations in double precision, as their definitions say: what fused kernels are tested against.
#pragma once

#include <cmath>
#include <string>
#include <vector>

#include "belamy/kernels/activation.h"
#include "tests/kernels/kernel_testing.h"

namespace belamy::kernels {

inline constexpr ActivationFunction kFunctions[] = {
    {ActivationKind::kLinear, 0.0f},    {ActivationKind::kRelu, 0.0f},
    {ActivationKind::kLeakyRelu, 0.2f}, {ActivationKind::kTanh, 0.0f},
    {ActivationKind::kSigmoid, 0.0f},   {ActivationKind::kElu, 0.7f},
};

inline double reference_activation(double x, ActivationFunction function) {
  switch (function.kind) {
    case ActivationKind::kLinear:
      return x;
    case ActivationKind::kRelu:
      return x > 0 ? x : 0;
    case ActivationKind::kLeakyRelu:
      return x > 0 ? x : function.alpha * x;
    case ActivationKind::kTanh:
      return std::tanh(x);
    case ActivationKind::kSigmoid:
      return 1 / (1 + std::exp(-x));
    case ActivationKind::kElu:
      return x > 0 ? x : function.alpha * std::expm1(x);
  }
  return x;
}

/// The derivative, by central differences of the above.
inline double reference_slope(double x, ActivationFunction function) {
  constexpr double kStep = 1e-5;
  return (reference_activation(x + kStep, function) - reference_activation(x - kStep, function)) /
         (2 * kStep);
}

inline std::vector<float> as(const std::vector<float>& values, float) {
  return values;
}
inline std::vector<Bf16> as(const std::vector<float>& values, Bf16) {
  std::vector<Bf16> narrow;
  for (const float value : values) narrow.push_back(to_bf16(value));
  return narrow;
}

/// The spacing of T's values, relative to them: what storing a result in it may cost.
template <class T>
inline constexpr double kRounding = sizeof(T) == 2 ? 0x1.0p-8 : 0x1.0p-24;

}  // namespace belamy::kernels
