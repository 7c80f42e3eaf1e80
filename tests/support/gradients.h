// Gradients as tests write them.
#pragma once

#include <ATen/ATen.h>
#include <torch/autograd.h>

namespace belamy::testing {

/// Of a scalar with respect to x; recorded, to be differentiated again, where told.
inline at::Tensor gradient_of(const at::Tensor& value, const at::Tensor& x, bool recorded = false) {
  return torch::autograd::grad({value}, {x}, {}, /*retain_graph=*/true, recorded)[0];
}

}  // namespace belamy::testing
