// Batch normalisation (Ioffe and Szegedy 2015) with Keras's conventions.
#pragma once

#include "belamy/core/options.h"
#include "belamy/nn/layer.h"

namespace belamy {

struct BatchNormOptions {
  static constexpr const char* kType = "batch_norm";
  double momentum = 0.99;
  double epsilon = 1e-3;

  void visit(OptionsVisitor& v) {
    v.number("momentum", momentum, {0, 1},
             "share of the old moving average kept at a step (Keras's sense: 1 minus PyTorch's)");
    v.number("epsilon", epsilon, {1e-12, 1}, "added to the variance");
  }
};

/// [N, F] or [N, C, H, W], normalised over everything but the features. weight (gamma), bias
/// (beta), running_mean, running_var: [F]. Training uses the batch's statistics and moves the
/// averages when the context says so; inference uses the averages. The moving variance is the
/// unbiased one, as in PyTorch and in Keras's fused form.
class BatchNorm final : public Layer {
 public:
  explicit BatchNorm(BatchNormOptions options) : options_(options) {}

  const char* keras_name() const override { return "BatchNormalization"; }
  Shape output_shape(const Shape& input) const override;
  void build(const Shape& input, RandomStream& random) override;
  std::vector<LayerTensor> tensors() const override;
  at::Tensor forward(const at::Tensor& x, const ForwardContext& context) const override;

  /// Moves the averages towards a batch's statistics; `variance` is the biased one of `count`
  /// values a feature.
  void move_averages(const at::Tensor& mean, const at::Tensor& variance, int64_t count) const;

  const BatchNormOptions& options() const { return options_; }
  const at::Tensor& weight() const { return weight_; }
  const at::Tensor& bias() const { return bias_; }
  const at::Tensor& running_mean() const { return running_mean_; }
  const at::Tensor& running_var() const { return running_var_; }

 private:
  BatchNormOptions options_;
  at::Tensor weight_;
  at::Tensor bias_;
  at::Tensor running_mean_;
  at::Tensor running_var_;
};

}  // namespace belamy
