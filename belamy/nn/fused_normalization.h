// Batch normalisation with the dropout, activation and dropout around it in two passes over memory
// each way (belamy/kernels/normalization.h), in float32 or bf16.
#pragma once

#include <memory>

#include "belamy/kernels/activation.h"
#include "belamy/nn/activation.h"
#include "belamy/nn/batch_norm.h"
#include "belamy/nn/dropout.h"
#include "belamy/nn/stage.h"

namespace belamy {

/// dropout(f(batch_norm(dropout(x)))); either dropout may be missing.
struct FusedNormalizationParts {
  const Dropout* before = nullptr;
  const BatchNorm* batch_norm = nullptr;
  kernels::ActivationFunction function;
  ActivationOptions plain_function = Linear{};  // the same
  const Dropout* after = nullptr;
};

/// The layers stay owned by the caller. On other devices than the CPU, and where a gradient of a
/// gradient is asked for, ATen's operations compute it.
std::unique_ptr<Stage> make_fused_normalization(const FusedNormalizationParts& parts);

}  // namespace belamy
