// The latent vector of a given image: Creswell and Bharath, "Inverting the generator of a
// generative adversarial network" (2016); Zhu et al., "Generative visual manipulation on the
// natural image manifold" (iGAN, 2016), section 4.1.
#pragma once

#include "belamy/sampling/latent_vectors.h"

namespace belamy {

struct ProjectionOptions {
  int64_t steps = 300;        // of Adam, on every restart at once
  int64_t restarts = 8;       // an image is sought from so many beginnings, and the nearest is kept
  int64_t candidates = 2048;  // random z of which each image's nearest are the beginnings
  double learning_rate = 0.05;
  Progress progress = {};
};

struct Projection {
  at::Tensor z;               // [N, latent_size], where the prior may be
  at::Tensor made;            // [N, sample...], what the generator makes of it
  at::Tensor distance;        // [N]: root of the mean squared difference of a value
  at::Tensor nearest_random;  // [N]: the same for the nearest of the candidates
};

/// For each of `targets` [N, sample...] the z that becomes most like it. z keeps within the prior:
/// in
/// [-1, 1], or no longer than normal vectors of that size are. Throws kUsage for options out of
/// range, kShape for targets that the generator cannot make.
Projection project(const LatentSampler& sampler, const at::Tensor& targets, RandomStream& random,
                   const ProjectionOptions& options = {});

}  // namespace belamy
