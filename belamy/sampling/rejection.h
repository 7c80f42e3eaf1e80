// Discriminator rejection sampling: Azadi et al., "Discriminator rejection sampling" (2019),
// section 3.2.
#pragma once

#include "belamy/sampling/calibration.h"
#include "belamy/sampling/latent_vectors.h"
#include "belamy/sampling/selection.h"

namespace belamy {

struct RejectionOptions {
  /// Share of first samples (0..1) whose log-odds of acceptance gamma brings below zero: the
  /// larger, the fewer and better samples pass.
  double gamma_percentile = 0.8;
  const Calibration* calibration = nullptr;  // the logits as they are without one
  Progress progress = {};
};

/// The log-odds of acceptance of a sample with logit l when the largest is m:
///   F = l - m - log(1 - exp(l - m - epsilon)) - gamma
double rejection_log_odds(double logit, double largest, double gamma);

/// `count` samples, each accepted with probability sigmoid(F). The largest logit and gamma are
/// estimated from a first 4,096 samples, which are not given out; larger logits met later take the
/// former's place. Throws kUsage when fewer than 1 in 10,000 pass.
Selection draw_by_rejection(const LatentSampler& sampler, int64_t count, RandomStream& random,
                            const RejectionOptions& options);

}  // namespace belamy
