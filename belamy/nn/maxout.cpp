#include "belamy/nn/maxout.h"

#include <ATen/ATen.h>

#include "belamy/core/error.h"

namespace belamy {

Shape Maxout::output_shape(const Shape& input) const {
  if (options_.units < 1) fail(ErrorKind::kShape, "maxout needs units, for example units = 240");
  if (input.size() != 1) {
    fail(ErrorKind::kShape,
         "maxout takes a flat input, got {}; put {{ type = \"flatten\" }} before",
         shape_text(input));
  }
  return {options_.units};
}

void Maxout::build(const Shape& input, RandomStream& random) {
  const int64_t outputs = options_.units * options_.pieces;
  weight_ = at::empty({outputs, input[0]}, at::kFloat);
  initialize(weight_, options_.kernel_initializer, {input[0], options_.units}, random);
  bias_ = at::zeros({outputs}, at::kFloat);
}

at::Tensor Maxout::forward(const at::Tensor& x, const ForwardContext&) const {
  const at::Tensor pieces = at::linear(x.to(at::kFloat), weight_, bias_);
  return at::amax(pieces.view({x.size(0), options_.units, options_.pieces}), 2);
}

}  // namespace belamy
