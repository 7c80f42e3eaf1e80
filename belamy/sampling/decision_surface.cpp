#include "belamy/sampling/decision_surface.h"

#include <ATen/ATen.h>

#include "belamy/core/error.h"
#include "belamy/nn/shape.h"

namespace belamy {
namespace {

at::Tensor places(double extent, int64_t size) {
  const double half = extent / static_cast<double>(size);
  const at::Tensor along = at::linspace(-extent + half, extent - half, size, at::kFloat);
  const at::Tensor x = along.unsqueeze(0).expand({size, size});
  const at::Tensor y = along.flip({0}).unsqueeze(1).expand({size, size});
  return at::stack({x, y}, 2).view({-1, 2});
}

}  // namespace

std::vector<float> decision_surface(const LatentSampler& sampler, const at::Tensor& points,
                                    double extent, int64_t size) {
  if (points.dim() != 2 || points.size(1) != 2) {
    fail(ErrorKind::kShape, "a decision surface is of points [N, 2], got {}",
         shape_text(points.sizes().vec()));
  }
  constexpr double kTiny = 1e-12;
  const at::NoGradGuard no_grad;
  const at::Tensor logits = sampler.discriminator_logits(places(extent, size));
  const at::Tensor middle = sampler.discriminator_logits(points).mean();
  const at::Tensor surface = ((logits - middle) / (logits.std() + kTiny)).tanh().contiguous();
  const float* values = surface.data_ptr<float>();
  return {values, values + surface.numel()};
}

}  // namespace belamy
