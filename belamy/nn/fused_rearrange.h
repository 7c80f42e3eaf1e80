// Layers that only name values anew, with copies between layouts by the kernels.
#pragma once

#include <memory>

#include "belamy/nn/rearrange.h"
#include "belamy/nn/stage.h"

namespace belamy {

/// Both hand values on in the layout that what follows works in, and gradients back in that of what
/// came before: numbers in planes of channels where they are flat, pixels of channels else.
std::unique_ptr<Stage> make_fused_flatten(const Flatten& layer);
std::unique_ptr<Stage> make_fused_reshape(const Reshape& layer);

}  // namespace belamy
