// Latent samplers whose samples and verdicts are known by heart.
#pragma once

#include <ATen/ATen.h>

#include <utility>

#include "belamy/core/rng.h"
#include "belamy/games/plain_latent_sampler.h"

namespace belamy::testing {

/// Samples are z · weight; the discriminator's logit is `slope` times the first value of a sample.
class LinearSampler : public LatentSampler {
 public:
  LinearSampler(at::Tensor weight, LatentPrior prior, double slope = 1)
      : weight_(std::move(weight)), prior_(prior), slope_(slope) {}

  int64_t latent_size() const override { return weight_.size(0); }
  LatentPrior latent_prior() const override { return prior_; }
  at::Tensor draw_latent(int64_t count, RandomStream& random) const override {
    return draw_latent_vectors(count, latent_size(), prior_, random);
  }
  at::Tensor decode(const at::Tensor& z) const override { return z.mm(weight_); }
  at::Tensor discriminator_logits(const at::Tensor& samples) const override {
    return slope_ * samples.select(1, 0);
  }
  at::Tensor first_layer(const at::Tensor& z) const override { return z.mm(weight_); }

 private:
  at::Tensor weight_;  // [latent_size, F]
  LatentPrior prior_;
  double slope_;
};

}  // namespace belamy::testing
