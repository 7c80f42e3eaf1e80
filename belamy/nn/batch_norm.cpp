#include "belamy/nn/batch_norm.h"

#include <ATen/ATen.h>

#include "belamy/core/error.h"

namespace belamy {

Shape BatchNorm::output_shape(const Shape& input) const {
  if (input.size() != 1 && input.size() != 3) {
    fail(ErrorKind::kShape, "batch_norm takes [features] or [channels, height, width], got {}",
         shape_text(input));
  }
  return input;
}

void BatchNorm::build(const Shape& input, RandomStream&) {
  weight_ = at::ones({input[0]}, at::kFloat);
  bias_ = at::zeros({input[0]}, at::kFloat);
  running_mean_ = at::zeros({input[0]}, at::kFloat);
  running_var_ = at::ones({input[0]}, at::kFloat);
}

std::vector<LayerTensor> BatchNorm::tensors() const {
  return {{"weight", weight_},
          {"bias", bias_},
          {"running_mean", running_mean_, false},
          {"running_var", running_var_, false}};
}

at::Tensor BatchNorm::forward(const at::Tensor& x, const ForwardContext& context) const {
  const bool training = context.mode == Mode::kTraining;
  const bool uses_averages = !training || context.update_statistics;
  const at::Tensor mean = uses_averages ? running_mean_ : at::Tensor();
  const at::Tensor variance = uses_averages ? running_var_ : at::Tensor();
  // Statistics are taken in fp32: bf16 sums lose them.
  return at::batch_norm(x.to(at::kFloat), weight_, bias_, mean, variance, training,
                        1.0 - options_.momentum, options_.epsilon, /*cudnn_enabled=*/false);
}

void BatchNorm::move_averages(const at::Tensor& mean, const at::Tensor& variance,
                              int64_t count) const {
  const at::NoGradGuard no_grad;
  const double kept = options_.momentum, n = static_cast<double>(count);
  running_mean_.mul_(kept).add_(mean, 1 - kept);
  running_var_.mul_(kept).add_(variance, (1 - kept) * n / (n - 1));
}

}  // namespace belamy
