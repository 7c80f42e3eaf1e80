// Maxout (Goodfellow et al. 2013): each unit is the largest of several linear ones.
#pragma once

#include "belamy/core/options.h"
#include "belamy/nn/initializer.h"
#include "belamy/nn/layer.h"

namespace belamy {

struct MaxoutOptions {
  static constexpr const char* kType = "maxout";
  int64_t units = 0;
  int64_t pieces = 2;
  InitializerOptions kernel_initializer = GlorotUniform{};

  void visit(OptionsVisitor& v) {
    v.integer("units", units, {1, 1 << 16}, "number of outputs");
    v.integer("pieces", pieces, {2, 64}, "linear functions an output is the largest of");
    v.one_of("kernel_initializer", kernel_initializer, "how the weights start");
  }
};

/// [N, F] -> [N, units]. weight: [units * pieces, F], bias: [units * pieces]; the pieces of a unit
/// lie side by side. In fp32.
class Maxout final : public Layer {
 public:
  explicit Maxout(const MaxoutOptions& options) : options_(options) {}

  const char* keras_name() const override { return "Maxout"; }
  Shape output_shape(const Shape& input) const override;
  void build(const Shape& input, RandomStream& random) override;
  std::vector<LayerTensor> tensors() const override {
    return {{"weight", weight_}, {"bias", bias_}};
  }
  int64_t multiply_adds(const Shape& input) const override {
    return elements(input) * options_.units * options_.pieces;
  }
  at::Tensor forward(const at::Tensor& x, const ForwardContext& context) const override;

 private:
  MaxoutOptions options_;
  at::Tensor weight_;
  at::Tensor bias_;
};

}  // namespace belamy
