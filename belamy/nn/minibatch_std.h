// Minibatch standard deviation: the discriminator sees how much the samples of a batch differ.
// Karras, Aila, Laine and Lehtinen, "Progressive growing of GANs" (2018), section 3.
#pragma once

#include "belamy/core/options.h"
#include "belamy/nn/layer.h"

namespace belamy {

struct MinibatchStdOptions {
  static constexpr const char* kType = "minibatch_std";
  int64_t group_size = 0;

  void visit(OptionsVisitor& v) {
    v.integer("group_size", group_size, {0, 65536},
              "samples compared with one another, 4 in the paper; 0: the whole batch");
  }
};

/// [N, C, H, W] -> [N, C + 1, H, W], or [N, F] -> [N, F + 1]. The added plane is, for each group of
/// samples that follow one another, the standard deviation of each value within the group, averaged
/// over all values. Where group_size does not divide N, the next smaller number that does is taken.
class MinibatchStd final : public Layer {
 public:
  explicit MinibatchStd(MinibatchStdOptions options) : options_(options) {}

  const char* keras_name() const override { return "MinibatchStdDev"; }
  Shape output_shape(const Shape& input) const override;
  at::Tensor forward(const at::Tensor& x, const ForwardContext& context) const override;

 private:
  MinibatchStdOptions options_;
};

}  // namespace belamy
