#include "belamy/losses/adversarial_loss.h"

#include <ATen/ATen.h>

namespace belamy {

at::Tensor real_term(const at::Tensor& real_logits, const AdversarialLossOptions& options) {
  const at::Tensor as_real = -at::log_sigmoid(real_logits).mean();
  if (options.label_smoothing == 0) return as_real;
  const at::Tensor as_fake = -at::log_sigmoid(-real_logits).mean();
  return (1 - options.label_smoothing) * as_real + options.label_smoothing * as_fake;
}

at::Tensor fake_term(const at::Tensor& fake_logits) {
  return -at::log_sigmoid(-fake_logits).mean();
}

at::Tensor generator_cost(const at::Tensor& fake_logits, const AdversarialLossOptions& options) {
  if (options.name == "minimax") return at::log_sigmoid(-fake_logits).mean() / 2;
  return -options.generator_scale * at::log_sigmoid(fake_logits).mean();
}

}  // namespace belamy
