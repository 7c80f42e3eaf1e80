#include "belamy/games/plain_latent_sampler.h"

#include <ATen/ATen.h>

#include "belamy/core/error.h"
#include "belamy/core/rng.h"
#include "belamy/kernels/random.h"

namespace belamy {

at::Tensor draw_latent_vectors(int64_t count, int64_t size, LatentPrior prior,
                               RandomStream& random) {
  at::Tensor z = at::empty({count, size}, at::kFloat);
  const auto values = static_cast<size_t>(z.numel());
  const uint64_t block = random.take(kernels::philox_blocks(values));
  if (prior == LatentPrior::kUniform) {
    kernels::fill_uniform(z.data_ptr<float>(), values, -1, 1, random.key(), block);
  } else {
    kernels::fill_normal(z.data_ptr<float>(), values, random.key(), block);
  }
  return z;
}

at::Tensor PlainLatentSampler::draw_latent(int64_t count, RandomStream& random) const {
  return draw_latent_vectors(count, latent_size(), parts_.prior, random);
}

at::Tensor PlainLatentSampler::decode(const at::Tensor& z) const {
  if (z.dim() != 2 || z.size(1) != latent_size()) {
    fail(ErrorKind::kShape, "the generator takes latent vectors [N, {}], got {}", latent_size(),
         shape_text(z.sizes().vec()));
  }
  const ForwardContext context{.precision = parts_.precision};
  if (!parts_.one_hot.defined()) return parts_.generator.forward(z, context);
  return parts_.generator.forward({z, parts_.one_hot.expand({z.size(0), -1})}, context);
}

at::Tensor PlainLatentSampler::discriminator_logits(const at::Tensor& samples) const {
  if (parts_.packing > 1) {
    fail(ErrorKind::kUsage,
         "this run's discriminator judges {} samples together (game.packing): it has no opinion of "
         "single ones",
         parts_.packing);
  }
  const ForwardContext context{.precision = parts_.precision};
  const at::Tensor said =
      parts_.discriminator_told
          ? parts_.discriminator.logits({samples, parts_.one_hot.expand({samples.size(0), -1})},
                                        context)
          : parts_.discriminator.logits(samples, context);
  return said.select(1, 0);  // an auxiliary classifier's logits follow
}

at::Tensor PlainLatentSampler::first_layer(const at::Tensor& z) const {
  const at::Tensor offset = parts_.generator.first_affine(at::zeros_like(z.narrow(0, 0, 1)));
  return parts_.generator.first_affine(z) - offset;
}

}  // namespace belamy
