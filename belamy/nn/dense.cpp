#include "belamy/nn/dense.h"

#include <ATen/ATen.h>

#include "belamy/core/error.h"

namespace belamy {

Shape Dense::output_shape(const Shape& input) const {
  if (options_.units < 1) fail(ErrorKind::kShape, "dense needs units, for example units = 256");
  if (input.size() != 1) {
    fail(ErrorKind::kShape, "dense takes a flat input, got {}; put {{ type = \"flatten\" }} before",
         shape_text(input));
  }
  return {options_.units};
}

void Dense::build(const Shape& input, RandomStream& random) {
  const Fans fans{input[0], options_.units};
  weight_ = at::empty({options_.units, input[0]}, at::kFloat);
  initialize(weight_, options_.kernel_initializer, fans, random);
  if (options_.spectral_norm) spectral_norm_.emplace(weight_, 0, random);
  if (!options_.use_bias) return;
  bias_ = at::empty({options_.units}, at::kFloat);
  initialize(bias_, options_.bias_initializer, fans, random);
}

std::vector<LayerTensor> Dense::tensors() const {
  std::vector<LayerTensor> tensors = {{"weight", weight_}};
  if (options_.use_bias) tensors.push_back({"bias", bias_});
  add_spectral_norm(tensors);
  return tensors;
}

int64_t Dense::multiply_adds(const Shape& input) const {
  return input[0] * options_.units;
}

at::Tensor Dense::affine(const at::Tensor& x, const ForwardContext& context) const {
  const bool narrow = context.precision == Precision::kBf16 &&
                      dense_gains_by_bf16(weight_.size(1), weight_.size(0));
  const Precision precision = narrow ? Precision::kBf16 : Precision::kFp32;
  const at::Tensor bias = options_.use_bias ? to_compute(bias_, precision) : bias_;
  return at::linear(to_compute(x, precision), to_compute(applied(weight_, context), precision),
                    bias);
}

}  // namespace belamy
