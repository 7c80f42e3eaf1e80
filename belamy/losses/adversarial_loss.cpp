#include "belamy/losses/adversarial_loss.h"

#include <ATen/ATen.h>

namespace belamy {
namespace {

enum class Cost { kLogarithmic, kLeastSquares, kHinge, kWasserstein };

Cost cost_of(const AdversarialLossOptions& options) {
  if (options.name == "least_squares") return Cost::kLeastSquares;
  if (options.name == "hinge") return Cost::kHinge;
  return options.name == "wasserstein" ? Cost::kWasserstein : Cost::kLogarithmic;
}

at::Tensor logarithmic_real_term(const at::Tensor& logits, double smoothing) {
  const at::Tensor as_real = -at::log_sigmoid(logits).mean();
  if (smoothing == 0) return as_real;
  return (1 - smoothing) * as_real - smoothing * at::log_sigmoid(-logits).mean();
}

}  // namespace

at::Tensor real_term(const at::Tensor& real_logits, const AdversarialLossOptions& options) {
  const double target = 1 - options.label_smoothing;
  switch (cost_of(options)) {
    case Cost::kLeastSquares:
      return (real_logits - target).square().mean();
    case Cost::kHinge:
      return at::relu(target - real_logits).mean();
    case Cost::kWasserstein:
      return -real_logits.mean();
    case Cost::kLogarithmic:
      break;
  }
  return logarithmic_real_term(real_logits, options.label_smoothing);
}

at::Tensor fake_term(const at::Tensor& fake_logits, const AdversarialLossOptions& options) {
  switch (cost_of(options)) {
    case Cost::kLeastSquares:
      return fake_logits.square().mean();
    case Cost::kHinge:
      return at::relu(1 + fake_logits).mean();
    case Cost::kWasserstein:
      return fake_logits.mean();
    case Cost::kLogarithmic:
      break;
  }
  return -at::log_sigmoid(-fake_logits).mean();
}

at::Tensor discriminator_terms(const at::Tensor& real_logits, const at::Tensor& fake_logits,
                               const AdversarialLossOptions& options) {
  if (options.relativistic) return real_term(real_logits - fake_logits, options);
  return real_term(real_logits, options) + fake_term(fake_logits, options);
}

at::Tensor generator_cost(const at::Tensor& fake_logits, const AdversarialLossOptions& options,
                          const at::Tensor& real_logits) {
  const at::Tensor logits = options.relativistic ? fake_logits - real_logits : fake_logits;
  if (options.name == "minimax") return at::log_sigmoid(-logits).mean() / 2;
  switch (cost_of(options)) {
    case Cost::kLeastSquares:
      return options.generator_scale * (logits - 1).square().mean();
    case Cost::kHinge:
    case Cost::kWasserstein:
      return -options.generator_scale * logits.mean();
    case Cost::kLogarithmic:
      break;
  }
  return -options.generator_scale * at::log_sigmoid(logits).mean();
}

double decision_threshold(const AdversarialLossOptions& options) {
  return options.name == "least_squares" ? 0.5 : 0.0;
}

}  // namespace belamy
