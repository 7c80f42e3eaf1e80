// Instance normalisation (Ulyanov et al. 2016): each channel of each image on its own.
#pragma once

#include "belamy/core/options.h"
#include "belamy/nn/layer.h"

namespace belamy {

struct InstanceNormOptions {
  static constexpr const char* kType = "instance_norm";
  bool affine = false;
  double epsilon = 1e-5;

  void visit(OptionsVisitor& v) {
    v.boolean("affine", affine, "scale and shift each channel by trained numbers");
    v.number("epsilon", epsilon, {1e-12, 1}, "added to the variance");
  }
};

/// [N, C, H, W], in training and inference alike. With affine: weight, bias: [C].
class InstanceNorm final : public Layer {
 public:
  explicit InstanceNorm(InstanceNormOptions options) : options_(options) {}

  const char* keras_name() const override { return "InstanceNormalization"; }
  Shape output_shape(const Shape& input) const override;
  void build(const Shape& input, RandomStream& random) override;
  std::vector<LayerTensor> tensors() const override;
  at::Tensor forward(const at::Tensor& x, const ForwardContext& context) const override;

  const InstanceNormOptions& options() const { return options_; }
  /// Ones and zeros without affine.
  const at::Tensor& weight() const { return weight_; }
  const at::Tensor& bias() const { return bias_; }

 private:
  InstanceNormOptions options_;
  at::Tensor weight_;
  at::Tensor bias_;
};

}  // namespace belamy
