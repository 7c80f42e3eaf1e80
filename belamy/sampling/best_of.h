// The samples that the discriminator finds most real, as in the seed s4.
#pragma once

#include "belamy/sampling/latent_vectors.h"
#include "belamy/sampling/selection.h"

namespace belamy {

struct BestOfOptions {
  int64_t factor = 20;  // samples drawn for each one kept
  std::optional<double> truncation = std::nullopt;
  Progress progress = {};
};

/// The best `count` of factor * count samples, best first. With a factor of 1 that is every
/// sample, ranked. Throws kUsage for a factor below 1 or more than 10,000,000 draws.
Selection draw_best(const LatentSampler& sampler, int64_t count, RandomStream& random,
                    const BestOfOptions& options);

}  // namespace belamy
