#include "belamy/latent/projection.h"

#include <ATen/ATen.h>
#include <torch/autograd.h>

#include <algorithm>
#include <cmath>
#include <vector>

#include "belamy/core/error.h"
#include "belamy/latent/class_means.h"
#include "belamy/nn/shape.h"

namespace belamy {
namespace {

constexpr double kBeta1 = 0.9, kBeta2 = 0.999, kEpsilon = 1e-8;
constexpr double kSlack = 2;  // lengths of normal vectors differ by 0.7 in any dimension

void check(const ProjectionOptions& options) {
  const auto within = [](const char* name, int64_t value, int64_t low, int64_t high) {
    if (value < low || value > high) {
      fail(ErrorKind::kUsage, "{} must be {}..{}, got {}", name, low, high, value);
    }
  };
  within("steps", options.steps, 1, 1'000'000);
  within("restarts", options.restarts, 1, 1024);
  within("candidates", options.candidates, options.restarts, 1 << 20);
  if (!(options.learning_rate > 0) || !std::isfinite(options.learning_rate)) {
    fail(ErrorKind::kUsage, "the learning rate must be above 0, got {}", options.learning_rate);
  }
}

at::Tensor within_prior(const at::Tensor& z, LatentPrior prior) {
  if (prior == LatentPrior::kUniform) return z.clamp(-1, 1);
  const double longest = prior_length(z.size(1), prior) + kSlack;
  return z * (longest / z.norm(2, {1}, true).clamp_min(1e-12)).clamp_max(1);
}

/// [N, sample...], [N, sample...] -> [N]
at::Tensor mean_squares(const at::Tensor& a, const at::Tensor& b) {
  return (a - b).square().flatten(1).mean(1);
}

/// The `restarts` candidates nearest to each target, [N * restarts, latent_size], and the squared
/// distance of the nearest, [N].
std::pair<at::Tensor, at::Tensor> beginnings(const LatentSampler& sampler,
                                             const at::Tensor& targets, RandomStream& random,
                                             const ProjectionOptions& options) {
  const at::Tensor z = sampler.draw_latent(options.candidates, random);
  const at::Tensor made = decode_all(sampler, z).flatten(1);
  const at::Tensor wanted = targets.flatten(1);
  // |a - b|^2 = |a|^2 - 2 a·b + |b|^2, [N, candidates]
  const at::Tensor distances = (wanted.square().sum({1}, true) - 2 * wanted.mm(made.t()) +
                                made.square().sum(1).unsqueeze(0)) /
                               static_cast<double>(made.size(1));
  const auto [nearest, rows] =
      distances.topk(options.restarts, /*dim=*/1, /*largest=*/false, /*sorted=*/true);
  return {z.index_select(0, rows.flatten()), nearest.select(1, 0).clamp_min(0)};
}

}  // namespace

Projection project(const LatentSampler& sampler, const at::Tensor& targets, RandomStream& random,
                   const ProjectionOptions& options) {
  check(options);
  const at::AutoGradMode no_recording(false);
  const at::Tensor probe = sampler.decode(sampler.draw_latent(1, random));
  if (probe.sizes().slice(1) != targets.sizes().slice(1)) {
    fail(ErrorKind::kShape, "the generator makes {}, the image is {}",
         shape_text(probe.sizes().slice(1).vec()), shape_text(targets.sizes().slice(1).vec()));
  }
  auto begun = beginnings(sampler, targets, random, options);
  at::Tensor& z = begun.first;
  const at::Tensor wanted = targets.repeat_interleave(options.restarts, 0);
  at::Tensor best_z = z.clone(), best = at::full({z.size(0)}, INFINITY, at::kFloat);
  at::Tensor mean = at::zeros_like(z), square = at::zeros_like(z);
  const auto keep_better = [&](const at::Tensor& errors) {
    const at::Tensor better = errors < best;
    best = at::where(better, errors, best);
    best_z = at::where(better.unsqueeze(1), z, best_z);
  };
  for (int64_t step = 1; step <= options.steps; ++step) {
    at::Tensor gradient;
    {
      const at::AutoGradMode recording(true);
      const at::Tensor tracked = z.detach().requires_grad_(true);
      const at::Tensor errors = mean_squares(sampler.decode(tracked), wanted);
      gradient = torch::autograd::grad({errors.sum()}, {tracked}).front();
      keep_better(errors.detach());
    }
    mean = kBeta1 * mean + (1 - kBeta1) * gradient;
    square = kBeta2 * square + (1 - kBeta2) * gradient.square();
    const auto t = static_cast<double>(step);
    // The rate falls along half a cosine: it finds the valley first, and then its ground.
    const double rate = options.learning_rate * 0.5 *
                        (1 + std::cos(M_PI * (t - 1) / static_cast<double>(options.steps)));
    const at::Tensor unbiased = mean / (1 - std::pow(kBeta1, t));
    const at::Tensor scale = (square / (1 - std::pow(kBeta2, t))).sqrt() + kEpsilon;
    z = within_prior(z - rate * unbiased / scale, sampler.latent_prior());
    if (options.progress) options.progress(step, options.steps);
  }
  keep_better(mean_squares(decode_all(sampler, z), wanted));

  const auto winner = best.view({-1, options.restarts}).min(1);
  const at::Tensor offset = at::arange(targets.size(0), at::kLong) * options.restarts;
  Projection result;
  result.z = best_z.index_select(0, std::get<1>(winner) + offset);
  result.made = decode_all(sampler, result.z);
  result.distance = mean_squares(result.made, targets).sqrt();
  result.nearest_random = begun.second.sqrt();
  return result;
}

}  // namespace belamy
