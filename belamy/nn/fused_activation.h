// A network's last activation by the kernels.
#pragma once

#include <ATen/core/Tensor.h>

#include "belamy/nn/activation.h"

namespace belamy {

/// activate(x, function). tanh and sigmoid of float32 in the processor's memory are one pass each
/// way, whose result is in the kernels' layout (nn/fused.h). Differentiable any number of times.
at::Tensor fused_activate(const at::Tensor& x, const ActivationOptions& function);

}  // namespace belamy
