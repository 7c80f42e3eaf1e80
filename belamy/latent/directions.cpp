#include "belamy/latent/directions.h"

#include <ATen/ATen.h>

#include <vector>

#include "belamy/core/error.h"

namespace belamy {

Directions principal_directions(const LatentSampler& sampler) {
  const at::NoGradGuard no_grad;
  const at::Tensor response =
      sampler.first_layer(at::eye(sampler.latent_size(), at::kFloat)).to(at::kDouble);
  const auto [values, columns] = at::linalg_eigh(response.mm(response.t()));
  const at::Tensor rows = columns.t().flip(0).contiguous();  // eigh's order rises
  const at::Tensor peak = rows.abs().argmax(1, /*keepdim=*/true);
  const at::Tensor sign = rows.gather(1, peak).sign();
  const at::Tensor strength = values.flip(0).clamp_min(0);
  return {(rows * sign).to(at::kFloat), strength / strength.sum()};
}

at::Tensor along(const at::Tensor& z, const at::Tensor& direction, double reach, int64_t steps) {
  if (steps < 1) fail(ErrorKind::kUsage, "a strip needs at least 1 picture, got {}", steps);
  const at::Tensor strengths =
      steps == 1 ? at::full({1}, reach, at::kFloat) : at::linspace(-reach, reach, steps);
  return (z.unsqueeze(1) + strengths.view({1, -1, 1}) * direction).flatten(0, 1);
}

}  // namespace belamy
