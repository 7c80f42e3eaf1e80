// How often a discriminator is right.
#pragma once

#include <ATen/core/Tensor.h>

namespace belamy {

/// The share of logits, float32 of any shape, above the threshold; and of those up to it. NaN is
/// neither.
double share_above(const at::Tensor& logits, double threshold);
double share_up_to(const at::Tensor& logits, double threshold);

}  // namespace belamy
