#include "belamy/nn/instance_norm.h"

#include <ATen/ATen.h>

#include "belamy/core/error.h"

namespace belamy {

Shape InstanceNorm::output_shape(const Shape& input) const {
  if (input.size() != 3) {
    fail(ErrorKind::kShape, "instance_norm takes [channels, height, width], got {}",
         shape_text(input));
  }
  if (input[1] * input[2] < 2) {
    fail(ErrorKind::kShape, "instance_norm needs more than one pixel a channel, got {}",
         shape_text(input));
  }
  return input;
}

void InstanceNorm::build(const Shape& input, RandomStream&) {
  weight_ = at::ones({input[0]}, at::kFloat);
  bias_ = at::zeros({input[0]}, at::kFloat);
}

std::vector<LayerTensor> InstanceNorm::tensors() const {
  if (!options_.affine) return {};
  return {{"weight", weight_}, {"bias", bias_}};
}

at::Tensor InstanceNorm::forward(const at::Tensor& x, const ForwardContext&) const {
  return at::instance_norm(x.to(at::kFloat), weight_, bias_, {}, {}, /*use_input_stats=*/true,
                           /*momentum=*/0, options_.epsilon, /*cudnn_enabled=*/false);
}

}  // namespace belamy
