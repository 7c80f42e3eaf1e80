// Instance normalisation and the activation after it in two passes over memory each way: image by
// image, by the kernels of batch normalisation.
#pragma once

#include <memory>

#include "belamy/kernels/activation.h"
#include "belamy/nn/activation.h"
#include "belamy/nn/instance_norm.h"
#include "belamy/nn/stage.h"

namespace belamy {

struct FusedInstanceNormParts {
  const InstanceNorm* layer = nullptr;
  kernels::ActivationFunction function;
  ActivationOptions plain_function = Linear{};  // the same
};

/// The layer stays owned by the caller. On other devices than the CPU, and where a gradient of a
/// gradient is asked for, ATen's operations compute it.
std::unique_ptr<Stage> make_fused_instance_norm(const FusedInstanceNormParts& parts);

}  // namespace belamy
