// Metropolis-Hastings GAN sampling: Turner et al., "Metropolis-Hastings generative adversarial
// networks" (2019), algorithm 1.
#pragma once

#include "belamy/sampling/calibration.h"
#include "belamy/sampling/latent_vectors.h"
#include "belamy/sampling/selection.h"

namespace belamy {

struct MetropolisHastingsOptions {
  int64_t length = 100;  // steps of a chain, 1..100,000
  const Calibration* calibration = nullptr;
  Progress progress = {};
};

struct MetropolisHastingsResult {
  Selection selection;
  int64_t restarted = 0;  // chains that never left the real sample they began with
};

/// `count` independent chains; each begins at a real sample's logit, is offered a fresh generated
/// sample at every step, accepts it with probability min(1, odds(new) / odds(old)), where odds are
/// p / (1 - p) by the calibrated discriminator, and gives its last. A chain that accepted nothing
/// begins again from a generated sample. Throws kUsage for a length out of range, kData without
/// real_logits.
MetropolisHastingsResult draw_by_metropolis_hastings(const LatentSampler& sampler, int64_t count,
                                                     const std::vector<double>& real_logits,
                                                     RandomStream& random,
                                                     const MetropolisHastingsOptions& options);

}  // namespace belamy
