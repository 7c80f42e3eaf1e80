#include "belamy/losses/adversarial_loss.h"

#include <ATen/ATen.h>

#include "belamy/losses/mean_cost.h"

namespace belamy {
namespace {

enum class Cost { kLogarithmic, kLeastSquares, kHinge, kWasserstein };

Cost cost_of(const AdversarialLossOptions& options) {
  if (options.name == "least_squares") return Cost::kLeastSquares;
  if (options.name == "hinge") return Cost::kHinge;
  return options.name == "wasserstein" ? Cost::kWasserstein : Cost::kLogarithmic;
}

at::Tensor logarithmic_real_term(const at::Tensor& logits, double smoothing) {
  const at::Tensor as_real = mean_cost(PointCost::kSoftplus, logits, -1);
  if (smoothing == 0) return as_real;
  return (1 - smoothing) * as_real + smoothing * mean_cost(PointCost::kSoftplus, logits, 1);
}

}  // namespace

at::Tensor real_term(const at::Tensor& real_logits, const AdversarialLossOptions& options) {
  const double target = 1 - options.label_smoothing;
  switch (cost_of(options)) {
    case Cost::kLeastSquares:
      return mean_cost(PointCost::kSquare, real_logits, 1, -target);
    case Cost::kHinge:
      return mean_cost(PointCost::kHinge, real_logits, -1, target);
    case Cost::kWasserstein:
      return mean_cost(PointCost::kLinear, real_logits, -1);
    case Cost::kLogarithmic:
      break;
  }
  return logarithmic_real_term(real_logits, options.label_smoothing);
}

at::Tensor fake_term(const at::Tensor& fake_logits, const AdversarialLossOptions& options) {
  switch (cost_of(options)) {
    case Cost::kLeastSquares:
      return mean_cost(PointCost::kSquare, fake_logits, 1);
    case Cost::kHinge:
      return mean_cost(PointCost::kHinge, fake_logits, 1, 1);
    case Cost::kWasserstein:
      return mean_cost(PointCost::kLinear, fake_logits, 1);
    case Cost::kLogarithmic:
      break;
  }
  return mean_cost(PointCost::kSoftplus, fake_logits, 1);
}

at::Tensor discriminator_terms(const at::Tensor& real_logits, const at::Tensor& fake_logits,
                               const AdversarialLossOptions& options) {
  if (options.relativistic) return real_term(real_logits - fake_logits, options);
  return real_term(real_logits, options) + fake_term(fake_logits, options);
}

at::Tensor generator_cost(const at::Tensor& fake_logits, const AdversarialLossOptions& options,
                          const at::Tensor& real_logits) {
  const at::Tensor logits = options.relativistic ? fake_logits - real_logits : fake_logits;
  if (options.name == "minimax") return -0.5 * mean_cost(PointCost::kSoftplus, logits, 1);
  switch (cost_of(options)) {
    case Cost::kLeastSquares:
      return options.generator_scale * mean_cost(PointCost::kSquare, logits, 1, -1);
    case Cost::kHinge:
    case Cost::kWasserstein:
      return options.generator_scale * mean_cost(PointCost::kLinear, logits, -1);
    case Cost::kLogarithmic:
      break;
  }
  return options.generator_scale * mean_cost(PointCost::kSoftplus, logits, -1);
}

double decision_threshold(const AdversarialLossOptions& options) {
  return options.name == "least_squares" ? 0.5 : 0.0;
}

}  // namespace belamy
