#include "belamy/metrics/perceptual_path_length.h"

#include <ATen/ATen.h>

#include <algorithm>
#include <numeric>
#include <vector>

#include "belamy/core/rng.h"
#include "belamy/kernels/random.h"
#include "belamy/metrics/resampling.h"

namespace belamy {
namespace {

constexpr int64_t kBatch = 128;

at::Tensor draw(const PathLengthOptions& options, int64_t n, RandomStream& random) {
  at::Tensor z = at::empty({n, options.latent_size}, at::kFloat);
  const auto values = static_cast<size_t>(z.numel());
  const uint64_t block = random.take(kernels::philox_blocks(values));
  if (options.is_normal) {
    kernels::fill_normal(z.data_ptr<float>(), values, random.key(), block);
  } else {
    kernels::fill_uniform(z.data_ptr<float>(), values, -1, 1, random.key(), block);
  }
  return z.to(at::kDouble);
}

at::Tensor between(const at::Tensor& a, const at::Tensor& b, const at::Tensor& t, bool is_normal) {
  if (!is_normal) return a + (b - a) * t;
  // Along the sphere: Shoemake, "Animating rotation with quaternion curves" (1985).
  const at::Tensor cosine = (a * b).sum(1, true) / (a.norm(2, {1}, true) * b.norm(2, {1}, true));
  const at::Tensor angle = cosine.clamp(-1, 1).acos();
  return (((1 - t) * angle).sin() * a + (t * angle).sin() * b) / angle.sin();
}

}  // namespace

Score perceptual_path_length(const std::function<at::Tensor(const at::Tensor&)>& decode,
                             const Extractor& extractor, const PathLengthOptions& options) {
  const at::NoGradGuard no_grad;
  RandomStream random(options.seed, "path length");
  const auto features = [&](const at::Tensor& z) {
    const at::Tensor images = decode(z.to(at::kFloat));
    const double scale = 2.0 / (options.range.high - options.range.low);
    return extractor((images - options.range.low) * scale - 1).features.to(at::kDouble);
  };
  std::vector<double> lengths;
  for (int64_t done = 0; done < options.count; done += kBatch) {
    const int64_t n = std::min(kBatch, options.count - done);
    const at::Tensor from = draw(options, n, random), to = draw(options, n, random);
    at::Tensor t = at::empty({n, 1}, at::kDouble);
    for (int64_t i = 0; i < n; ++i) t.data_ptr<double>()[i] = random.uniform();
    const at::Tensor here = features(between(from, to, t, options.is_normal));
    const at::Tensor there = features(between(from, to, t + options.epsilon, options.is_normal));
    const at::Tensor squares =
        ((here - there).square().sum(1) / (options.epsilon * options.epsilon)).contiguous();
    lengths.insert(lengths.end(), squares.data_ptr<double>(), squares.data_ptr<double>() + n);
  }
  const double sum = std::accumulate(lengths.begin(), lengths.end(), 0.0);
  return {sum / static_cast<double>(lengths.size()), bootstrap_mean(lengths, options.seed)};
}

}  // namespace belamy
