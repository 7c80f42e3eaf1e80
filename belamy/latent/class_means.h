// Latent vectors of a class, found by a classifier: the seed s4's latent-vector operations.
#pragma once

#include <ATen/core/Tensor.h>

#include <functional>
#include <vector>

#include "belamy/sampling/latent_vectors.h"

namespace belamy {

/// Samples [N, sample...] in the data's range -> logits [N, classes].
using ClassReader = std::function<at::Tensor(const at::Tensor& samples)>;

/// Latent vectors and the class of what each becomes.
struct ClassifiedLatent {
  at::Tensor z;                    // [N, latent_size]
  std::vector<int64_t> predicted;  // [N]
  int64_t classes = 0;

  /// Those of a class, [M, latent_size], in the order they were drawn.
  at::Tensor of_class(int64_t wanted) const;
};

/// Decodes and classifies, in batches, without gradients.
ClassifiedLatent classify_latent(const LatentSampler& sampler, const at::Tensor& z,
                                 const ClassReader& classifier, const Progress& progress = {});

/// The mean of all of them first, then means of `count - 1` sets of `average` of them each, which
/// overlap when there are too few: [count, latent_size]. Throws kUsage when `of_class` is empty.
at::Tensor class_means(const at::Tensor& of_class, int64_t count, int64_t average,
                       RandomStream& random);

/// z brought to the length that the prior's vectors have, sqrt(d) or sqrt(d / 3): means are
/// shorter, and the generator has seen few of their length. Uniform ones are then cut to ±1. Zeros
/// stay.
at::Tensor at_prior_length(const at::Tensor& z, LatentPrior prior);

/// The length of the prior's vectors of that size, in the root mean square.
double prior_length(int64_t latent_size, LatentPrior prior);

}  // namespace belamy
