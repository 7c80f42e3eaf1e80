// The gradient of a convolution with respect to its input, as an operation of its own: a transposed
// convolution by another name, run by oneDNN's backward-data primitive.
#pragma once

#include <ATen/core/Tensor.h>

#include <array>
#include <cstdint>

namespace belamy {

struct ConvolutionGeometry {
  std::array<int64_t, 2> strides{1, 1};
  std::array<int64_t, 2> padding{0, 0};  // the same at both ends
  int64_t rows = 0;                      // of the convolution's input: the result's size
  int64_t columns = 0;
};

/// x: [N, C, H, W] -> [N, F, rows, columns]; weight: [C, F, kernel rows, kernel columns], the
/// kernel of the convolution F -> C. float32, float64 or bfloat16, both alike. Gradients of any
/// order.
at::Tensor convolution_input_gradient(const at::Tensor& x, const at::Tensor& weight,
                                      const ConvolutionGeometry& geometry);

}  // namespace belamy
