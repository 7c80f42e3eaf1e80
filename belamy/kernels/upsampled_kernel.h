// A convolution of nearest-neighbour upsampled images as one transposed convolution of the images
// themselves: pixels that are copies of one another are multiplied once, by the sum of the weights
// that meet them. At factor 2 a kernel of 5×5 takes 9 products an output pixel in place of 25, and
// the upsampled images are never made.
#pragma once

#include <cstddef>

namespace belamy::kernels {

/// The convolution's kernel and the upsampling's factors.
struct UpsampledKernel {
  size_t filters = 1, rows = 1, columns = 1, channels = 1;
  size_t row_factor = 1, column_factor = 1;

  /// Of the transposed convolution, whose strides are the factors.
  size_t wide_rows() const { return rows + row_factor - 1; }
  size_t wide_columns() const { return columns + column_factor - 1; }
  size_t size() const { return filters * rows * columns * channels; }
  size_t wide_size() const { return filters * wide_rows() * wide_columns() * channels; }
};

/// `kernel` [filters][rows][columns][channels] -> `wide`
/// [channels][wide_rows][wide_columns][filters], the transposed convolution's weights in the order
/// that TileConvolution takes.
void widen_kernel(const float* kernel, const UpsampledKernel& shape, float* wide);

/// The adjoint: the gradient of the wide kernel -> that of the kernel, overwritten.
void narrow_gradient(const float* wide, const UpsampledKernel& shape, float* kernel);

}  // namespace belamy::kernels
