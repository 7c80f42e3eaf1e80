// Penalties on the slope of the discriminator at its inputs, which keep the game near its
// equilibrium from circling and D from being arbitrarily steep.
//
// Inputs are float32 or float64 [N, ...]; `logits` [M, ...] one number each of N/M of them, a pack
// whose gradient counts as one. Results are scalars whose gradients of any order flow to whatever
// the logits were computed from.
#pragma once

#include <ATen/core/Tensor.h>

#include "belamy/core/rng.h"

namespace belamy {

/// E |d logit / d input|², with ½ gamma before it the R1 penalty at real samples and R2 at made
/// ones. Mescheder, Geiger and Nowozin, "Which training methods for GANs do actually converge?"
/// (2018), equations 9 and 10. The logits must be computed from `inputs`, which require gradients.
at::Tensor squared_slope(const at::Tensor& logits, const at::Tensor& inputs);

/// E (|d logit / d input| - 1)². Gulrajani et al., "Improved training of Wasserstein GANs" (2017),
/// equation 3.
at::Tensor slope_off_one(const at::Tensor& logits, const at::Tensor& inputs);

/// Points on the lines between pairs, each at a place of its own drawn from U(0, 1); detached and
/// requiring gradients. Samples of a pack of `pack` share the place. What slope_off_one is for.
at::Tensor between(const at::Tensor& real, const at::Tensor& fake, int64_t pack,
                   RandomStream& random);

/// A detached copy of the handle that requires gradients: what a slope is taken at.
at::Tensor as_slope_input(const at::Tensor& samples);

}  // namespace belamy
