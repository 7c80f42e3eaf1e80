// Latent vectors drawn, kept in files, and made into samples.
#pragma once

#include <ATen/core/Tensor.h>

#include <filesystem>
#include <functional>
#include <optional>

#include "belamy/games/latent_sampler.h"
#include "belamy/sampling/draw.h"

namespace belamy {

/// Told how much of long work is done.
using Progress = std::function<void(int64_t done, int64_t total)>;

/// z [count, latent_size]. With `truncation` T, the prior given that every number lies within
/// ±T: the fewer extremes, the more typical and the less diverse the samples (Brock et al., "Large
/// scale GAN training", 2019, section 3.1). Throws kUsage for T with a prior that has no tails.
at::Tensor draw_latent(const LatentSampler& sampler, int64_t count, RandomStream& random,
                       std::optional<double> truncation = std::nullopt);

/// LatentSampler::decode in batches, without gradients.
at::Tensor decode_all(const LatentSampler& sampler, const at::Tensor& z);

/// The discriminator's logits [N] of what z becomes, in batches, without gradients.
at::Tensor score_all(const LatentSampler& sampler, const at::Tensor& z,
                     const Progress& progress = {});

/// [N, shape...] float32 as numbers that pictures are made of.
Samples to_samples(const at::Tensor& made, const std::vector<int64_t>& shape);

/// z of a .npy file, float32 [N, latent_size] or [latent_size]. Throws kIo, kData, and kShape when
/// it is for another generator.
at::Tensor read_latent(const std::filesystem::path& path, int64_t latent_size);

/// z [N, latent_size] for read_latent and numpy.load.
void write_latent(const std::filesystem::path& path, const at::Tensor& z);

}  // namespace belamy
