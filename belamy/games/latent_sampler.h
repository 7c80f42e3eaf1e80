// What lies between latent vectors and samples: the view of a game that sampling with the
// discriminator and latent-space tools work on.
#pragma once

#include <ATen/core/Tensor.h>

#include <cstdint>

namespace belamy {

class RandomStream;

/// How the numbers of a latent vector are drawn, each on its own.
enum class LatentPrior {
  kNormal,   // N(0, 1)
  kUniform,  // U(-1, 1)
};

/// Networks are in inference mode, in the precision they are sampled in. A view: the game must
/// outlive it.
class LatentSampler {
 public:
  virtual ~LatentSampler() = default;

  virtual int64_t latent_size() const = 0;
  virtual LatentPrior latent_prior() const = 0;

  /// z: [count, latent_size] float32, the ones Game::sample would draw from `random`.
  virtual at::Tensor draw_latent(int64_t count, RandomStream& random) const = 0;

  /// z [N, latent_size] -> [N, sample...] float32 in the data's range. Differentiable in z, once,
  /// where autograd records; memory grows with N. Throws kShape for z of another size.
  virtual at::Tensor decode(const at::Tensor& z) const = 0;

  /// What the discriminator says of samples [N, sample...]: [N] float32, before the sigmoid; above
  /// 0 is "real". Needs Game::load_discriminator.
  virtual at::Tensor discriminator_logits(const at::Tensor& samples) const = 0;

  /// The linear part of the generator's first layer with weights, z without bias and activation:
  /// [N, latent_size] -> [N, units] float32. Throws kUsage where z does not enter that way.
  virtual at::Tensor first_layer(const at::Tensor& z) const = 0;
};

}  // namespace belamy
