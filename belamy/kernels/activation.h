// Activations and their gradients.
#pragma once

#include <cstddef>

#include "belamy/kernels/bf16.h"

namespace belamy::kernels {

enum class ActivationKind { kLinear, kRelu, kLeakyRelu, kTanh, kSigmoid, kElu };

/// `alpha` is leaky ReLU's slope below 0 and ELU's limit, at least 0; the others ignore it.
struct ActivationFunction {
  ActivationKind kind = ActivationKind::kLinear;
  float alpha = 0.0f;
};

/// out[i] = f(in[i]); `in` may be `out`, partial overlap is not allowed. NaN stays NaN. tanh,
/// sigmoid and ELU are within 3e-7 of the exact value, relative to it unless it is below 1e-37,
/// before they are rounded to T; infinities give the limits. Instruction sets differ by a rounding
/// or two.
void activate(const float* in, float* out, size_t count, ActivationFunction function);
void activate(const Bf16* in, Bf16* out, size_t count, ActivationFunction function);

/// dx[i] = dy[i] * f'(x[i]) from the output y = f(x) alone: the slope is 1 where y > 0 for the
/// rectifiers, 1 - y^2 for tanh, y (1 - y) for sigmoid, y + alpha for ELU where y <= 0. `dx` may be
/// `dy` or `y`.
void activation_backward(const float* y, const float* dy, float* dx, size_t count,
                         ActivationFunction function);
void activation_backward(const Bf16* y, const Bf16* dy, Bf16* dx, size_t count,
                         ActivationFunction function);

}  // namespace belamy::kernels
