#include "belamy/sampling/latent_vectors.h"

#include <ATen/ATen.h>

#include <algorithm>
#include <cmath>
#include <numbers>

#include "belamy/core/error.h"
#include "belamy/core/file.h"
#include "belamy/core/rng.h"
#include "belamy/games/plain_latent_sampler.h"
#include "belamy/image/npy.h"
#include "belamy/kernels/finite.h"
#include "belamy/nn/shape.h"

namespace belamy {
namespace {

constexpr int64_t kBatch = 256;  // bounds memory; Game::sample's, so that equal z give equal bytes
constexpr uint64_t kLargestFile = uint64_t{4} << 30;

// The inverse of the normal distribution function over the part between -T and T.
at::Tensor truncated_normal(int64_t count, int64_t size, double truncation, RandomStream& random) {
  const at::Tensor uniform =
      draw_latent_vectors(count, size, LatentPrior::kUniform, random).to(at::kDouble);
  const double reach = std::erf(truncation / std::numbers::sqrt2);
  const at::Tensor z = std::numbers::sqrt2 * at::erfinv(reach * uniform);
  return z.clamp(-truncation, truncation).to(at::kFloat);
}

at::Tensor in_batches(const at::Tensor& z, const Progress& progress,
                      const std::function<at::Tensor(const at::Tensor&)>& map) {
  const at::NoGradGuard no_grad;
  std::vector<at::Tensor> parts;
  int64_t done = 0;
  for (const at::Tensor& batch : z.split(kBatch)) {
    parts.push_back(map(batch.contiguous()).contiguous());
    done += batch.size(0);
    if (progress) progress(done, z.size(0));
  }
  return at::cat(parts);
}

}  // namespace

at::Tensor draw_latent(const LatentSampler& sampler, int64_t count, RandomStream& random,
                       std::optional<double> truncation) {
  if (!truncation) return sampler.draw_latent(count, random);
  if (sampler.latent_prior() != LatentPrior::kNormal) {
    fail(ErrorKind::kUsage,
         "truncation cuts the tails of a normal prior, and this generator learned from z ~ U(-1, "
         "1), where every value is as typical as any other; leave it out, or use --best-of");
  }
  if (!(*truncation > 0) || !std::isfinite(*truncation)) {
    fail(ErrorKind::kUsage, "truncation must be above 0, got {}", *truncation);
  }
  return truncated_normal(count, sampler.latent_size(), *truncation, random);
}

at::Tensor decode_all(const LatentSampler& sampler, const at::Tensor& z) {
  return in_batches(z, {}, [&](const at::Tensor& batch) { return sampler.decode(batch); });
}

at::Tensor score_all(const LatentSampler& sampler, const at::Tensor& z, const Progress& progress) {
  return in_batches(z, progress, [&](const at::Tensor& batch) {
    return sampler.discriminator_logits(sampler.decode(batch));
  });
}

Samples to_samples(const at::Tensor& made, const std::vector<int64_t>& shape) {
  const at::Tensor dense = made.detach().contiguous();
  const float* data = dense.data_ptr<float>();
  return {dense.size(0), shape, std::vector<float>(data, data + dense.numel())};
}

at::Tensor read_latent(const std::filesystem::path& path, int64_t latent_size) {
  const NpyArray array = decode_npy(read_bytes(path, kLargestFile), path.string());
  std::vector<float> values = array.floats(path.string());
  const bool single = array.shape.size() == 1;
  if ((!single && array.shape.size() != 2) || array.shape.back() != latent_size ||
      array.shape.front() == 0) {
    fail(ErrorKind::kShape,
         "{} holds an array of shape {}; this generator takes latent vectors [N, {}]",
         path.string(), shape_text(array.shape), latent_size);
  }
  if (!kernels::all_finite(values.data(), values.size())) {
    fail(ErrorKind::kData, "{} holds numbers that are not finite", path.string());
  }
  const auto count = static_cast<int64_t>(values.size()) / latent_size;
  return at::from_blob(values.data(), {count, latent_size}, at::kFloat).clone();
}

void write_latent(const std::filesystem::path& path, const at::Tensor& z) {
  const at::Tensor dense = z.detach().to(at::kFloat).contiguous();
  const std::span<const float> values(dense.data_ptr<float>(), static_cast<size_t>(dense.numel()));
  write_file_atomically(path, encode_npy(values, dense.sizes().vec()));
}

}  // namespace belamy
