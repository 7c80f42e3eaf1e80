#include "belamy/losses/adversarial_loss.h"

#include <ATen/ATen.h>

namespace belamy {
namespace {

bool is_least_squares(const AdversarialLossOptions& options) {
  return options.name == "least_squares";
}

}  // namespace

at::Tensor real_term(const at::Tensor& real_logits, const AdversarialLossOptions& options) {
  if (is_least_squares(options)) {
    return (real_logits - (1 - options.label_smoothing)).square().mean();
  }
  const at::Tensor as_real = -at::log_sigmoid(real_logits).mean();
  if (options.label_smoothing == 0) return as_real;
  const at::Tensor as_fake = -at::log_sigmoid(-real_logits).mean();
  return (1 - options.label_smoothing) * as_real + options.label_smoothing * as_fake;
}

at::Tensor fake_term(const at::Tensor& fake_logits, const AdversarialLossOptions& options) {
  if (is_least_squares(options)) return fake_logits.square().mean();
  return -at::log_sigmoid(-fake_logits).mean();
}

at::Tensor generator_cost(const at::Tensor& fake_logits, const AdversarialLossOptions& options) {
  if (is_least_squares(options)) {
    return options.generator_scale * (fake_logits - 1).square().mean();
  }
  if (options.name == "minimax") return at::log_sigmoid(-fake_logits).mean() / 2;
  return -options.generator_scale * at::log_sigmoid(fake_logits).mean();
}

double decision_threshold(const AdversarialLossOptions& options) {
  return is_least_squares(options) ? 0.5 : 0.0;
}

}  // namespace belamy
