// Transposed convolutions as LibTorch runs them fast.
#pragma once

#include <memory>

#include "belamy/nn/convolution.h"
#include "belamy/nn/stage.h"

namespace belamy {

/// The layer without its activation: of stride 1 as a convolution with the kernel turned around, of
/// a larger stride as the gradient of a convolution. The layer stays owned by the caller.
std::unique_ptr<Stage> make_transposed_stage(const ConvTranspose& layer);

}  // namespace belamy
