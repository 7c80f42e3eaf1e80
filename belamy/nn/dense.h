// Fully connected layer.
#pragma once

#include "belamy/nn/affine_layer.h"
#include "belamy/nn/initializer.h"

namespace belamy {

struct DenseOptions {
  static constexpr const char* kType = "dense";
  int64_t units = 0;
  bool use_bias = true;
  ActivationOptions activation = Linear{};
  InitializerOptions kernel_initializer = GlorotUniform{};
  InitializerOptions bias_initializer = Zeros{};
  bool spectral_norm = false;

  void visit(OptionsVisitor& v) {
    v.integer("units", units, {1, 1 << 24}, "number of outputs");
    v.boolean("use_bias", use_bias, "add a bias to each output");
    v.one_of("activation", activation, "applied to the outputs");
    v.one_of("kernel_initializer", kernel_initializer, "how the weights start");
    v.one_of("bias_initializer", bias_initializer, "how the biases start");
    v.boolean("spectral_norm", spectral_norm,
              "divide the weights by their largest singular value (Miyato et al. 2018)");
  }
};

/// [N, F] -> [N, units]. weight: [units, F], bias: [units].
class Dense final : public AffineLayer {
 public:
  explicit Dense(const DenseOptions& options) : options_(options) {}

  const char* keras_name() const override { return "Dense"; }
  Shape output_shape(const Shape& input) const override;
  void build(const Shape& input, RandomStream& random) override;
  std::vector<LayerTensor> tensors() const override;
  int64_t multiply_adds(const Shape& input) const override;
  const ActivationOptions& activation() const override { return options_.activation; }
  at::Tensor affine(const at::Tensor& x, const ForwardContext& context) const override;

  const at::Tensor& weight() const { return weight_; }
  const at::Tensor& bias() const { return bias_; }

 private:
  DenseOptions options_;
  at::Tensor weight_;  // [units, F]
  at::Tensor bias_;    // [units], undefined without bias
};

}  // namespace belamy
