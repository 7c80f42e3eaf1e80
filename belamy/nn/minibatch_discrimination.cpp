#include "belamy/nn/minibatch_discrimination.h"

#include <ATen/ATen.h>

#include "belamy/core/error.h"

namespace belamy {

Shape MinibatchDiscrimination::output_shape(const Shape& input) const {
  if (input.size() != 1) {
    fail(ErrorKind::kShape,
         "minibatch_discrimination takes a flat input, got {}; put {{ type = \"flatten\" }} before",
         shape_text(input));
  }
  return {input[0] + options_.units};
}

void MinibatchDiscrimination::build(const Shape& input, RandomStream& random) {
  weight_ = at::empty({options_.units * options_.kernel_size, input[0]}, at::kFloat);
  initialize(weight_, options_.kernel_initializer, {input[0], options_.kernel_size}, random);
}

at::Tensor MinibatchDiscrimination::forward(const at::Tensor& x, const ForwardContext&) const {
  const at::Tensor wide = x.to(at::kFloat);
  const at::Tensor compared =
      at::linear(wide, weight_).view({wide.size(0), options_.units, options_.kernel_size});
  const at::Tensor distances =
      (compared.unsqueeze(0) - compared.unsqueeze(1)).abs().sum({3});  // [N, N, units]
  return at::cat({wide, (-distances).exp().sum({1})}, 1);
}

}  // namespace belamy
