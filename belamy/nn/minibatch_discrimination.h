// Minibatch discrimination: the discriminator sees how close each sample lies to the others of its
// batch. Salimans et al., "Improved techniques for training GANs" (2016), section 3.2.
#pragma once

#include "belamy/core/options.h"
#include "belamy/nn/initializer.h"
#include "belamy/nn/layer.h"

namespace belamy {

struct MinibatchDiscriminationOptions {
  static constexpr const char* kType = "minibatch_discrimination";
  int64_t units = 16;
  int64_t kernel_size = 8;
  InitializerOptions kernel_initializer = GlorotUniform{};

  void visit(OptionsVisitor& v) {
    v.integer("units", units, {1, 4096}, "closenesses told of each sample (B in the paper)");
    v.integer("kernel_size", kernel_size, {1, 4096},
              "numbers in which samples are compared for each (C in the paper)");
    v.one_of("kernel_initializer", kernel_initializer, "how the weights start");
  }
};

/// [N, F] -> [N, F + units]: each sample's features, then for each unit the sum over the batch,
/// itself included, of exp(-L1 distance) of its kernel_size numbers, linear in the features.
/// weight: [units * kernel_size, F]. In fp32; takes memory for N² * units * kernel_size numbers.
class MinibatchDiscrimination final : public Layer {
 public:
  explicit MinibatchDiscrimination(const MinibatchDiscriminationOptions& options)
      : options_(options) {}

  const char* keras_name() const override { return "MinibatchDiscrimination"; }
  Shape output_shape(const Shape& input) const override;
  void build(const Shape& input, RandomStream& random) override;
  std::vector<LayerTensor> tensors() const override { return {{"weight", weight_}}; }
  int64_t multiply_adds(const Shape& input) const override {
    return elements(input) * options_.units * options_.kernel_size;
  }
  at::Tensor forward(const at::Tensor& x, const ForwardContext& context) const override;

 private:
  MinibatchDiscriminationOptions options_;
  at::Tensor weight_;
};

}  // namespace belamy
