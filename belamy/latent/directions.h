// Directions of the latent space along which samples change most, without any label: Shen and Zhou,
// "Closed-form factorization of latent semantics in GANs" (SeFa, 2021).
#pragma once

#include <ATen/core/Tensor.h>

#include "belamy/games/latent_sampler.h"

namespace belamy {

struct Directions {
  at::Tensor
      vectors;        // [latent_size, latent_size]: a direction a row, of length 1, strongest first
  at::Tensor shares;  // [latent_size]: of the first layer's response to all directions; sum 1
};

/// The eigenvectors of A^T A, A the generator's first layer. The largest number of each is
/// positive.
Directions principal_directions(const LatentSampler& sampler);

/// z [N, D] moved along a direction [D] to `steps` strengths from -reach to reach (steps 1: to
/// reach): [N * steps, D], one z's points side by side.
at::Tensor along(const at::Tensor& z, const at::Tensor& direction, double reach, int64_t steps);

}  // namespace belamy
