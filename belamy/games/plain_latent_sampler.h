// Latent vectors of a generator, of one class where it is told one.
#pragma once

#include <utility>

#include "belamy/games/latent_sampler.h"
#include "belamy/nn/network.h"
#include "belamy/nn/precision.h"

namespace belamy {

/// z ~ prior, [count, size] float32: equal streams give equal z, and fewer are the first of more
/// where `size` or the lesser count is a multiple of 4.
at::Tensor draw_latent_vectors(int64_t count, int64_t size, LatentPrior prior,
                               RandomStream& random);

class PlainLatentSampler final : public LatentSampler {
 public:
  struct Parts {
    const Network& generator;
    const Network& discriminator;
    LatentPrior prior;
    Precision precision;
    at::Tensor one_hot = {};  // [1, classes]: the class both networks are told; undefined: none
    bool discriminator_told = false;  // whether the discriminator is
    int64_t packing = 1;              // samples the discriminator judges together
  };

  explicit PlainLatentSampler(Parts parts) : parts_(std::move(parts)) {}

  int64_t latent_size() const override { return parts_.generator.input_shape()[0]; }
  LatentPrior latent_prior() const override { return parts_.prior; }
  at::Tensor draw_latent(int64_t count, RandomStream& random) const override;
  at::Tensor decode(const at::Tensor& z) const override;
  at::Tensor discriminator_logits(const at::Tensor& samples) const override;
  at::Tensor first_layer(const at::Tensor& z) const override;

 private:
  Parts parts_;
};

}  // namespace belamy
