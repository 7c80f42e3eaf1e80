// Max pooling and nearest-neighbour upsampling of channels-last images, in float32 or bf16
// (belamy/kernels/pooling.h).
#pragma once

#include <memory>

#include "belamy/nn/pooling.h"
#include "belamy/nn/rearrange.h"
#include "belamy/nn/stage.h"

namespace belamy {

/// Whether windows neither overlap nor are padded: what kernels pool.
bool pools_side_by_side(const MaxPool& layer);

/// Null for other windows. The layer stays owned by the caller.
std::unique_ptr<Stage> make_fused_max_pool(const MaxPool& layer);

/// Null unless the interpolation is "nearest".
std::unique_ptr<Stage> make_fused_upsample(const Upsample& layer);

}  // namespace belamy
