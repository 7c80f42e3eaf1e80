// Dense and convolution layers with bias and activation in one pass, in bf16 on the processor's
// tiles or in float32 on its vectors (belamy/kernels/dense.h, belamy/kernels/convolution.h).
#pragma once

#include <memory>

#include "belamy/kernels/activation.h"
#include "belamy/kernels/convolution.h"
#include "belamy/nn/affine_layer.h"
#include "belamy/nn/convolution.h"
#include "belamy/nn/rearrange.h"
#include "belamy/nn/stage.h"

namespace belamy {

struct FusedAffineOptions {
  kernels::ActivationFunction function;  // after the layer, whose own activation is not applied
  kernels::PoolingWindow window;         // max pooling after that; convolutions only
  bool wide_output = false;              // float32, not bf16: for the last layer of a network
};

/// Runs `layer` (a Dense, Conv or ConvTranspose) on our kernels where it can and otherwise, as when
/// a gradient of a gradient is asked for, `plain`: the same without fusion, activation and pooling
/// included.
std::unique_ptr<Stage> make_fused_affine(const AffineLayer& layer,
                                         const FusedAffineOptions& options,
                                         std::unique_ptr<Stage> plain);

/// Whether upsampling and a convolution after it are one stage, and faster so: by copies of pixels,
/// and strides of 1.
bool can_fuse(const Upsample& upsample, const Conv& convolution);

/// Both as one, never pooled; `plain` is the same without fusion.
std::unique_ptr<Stage> make_fused_upsampled(const Upsample& upsample, const Conv& convolution,
                                            const FusedAffineOptions& options,
                                            std::unique_ptr<Stage> plain);

}  // namespace belamy
