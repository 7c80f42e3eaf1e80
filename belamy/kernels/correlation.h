// What a convolution is to the kernels: every output pixel a sum, over taps, of a source pixel's
// channels times a matrix. The forward pass is one such sum; the gradient with respect to the input
// (and so a transposed convolution) is one for each residue of the stride.
#pragma once

#include <cstddef>
#include <vector>

namespace belamy::kernels {

/// A convolution of images [rows, columns, channels]. Output (r, c) sees input rows
/// r * stride_rows - pad_top + (0 .. kernel_rows - 1), columns likewise; what lies outside is zero.
struct ConvolutionGeometry {
  size_t in_rows = 1, in_columns = 1, in_channels = 1;
  size_t out_rows = 1, out_columns = 1, out_channels = 1;
  size_t kernel_rows = 1, kernel_columns = 1;
  size_t stride_rows = 1, stride_columns = 1;
  size_t pad_top = 0, pad_left = 0;

  size_t taps() const { return kernel_rows * kernel_columns; }
  size_t in_pixels() const { return in_rows * in_columns; }
  size_t out_pixels() const { return out_rows * out_columns; }
};

/// Source pixels that a tap looks at lie (row, column) from the one an output pixel starts at;
/// `kernel` is the index (row * kernel_columns + column) of the matrix it multiplies.
struct Tap {
  size_t row = 0, column = 0, kernel = 0;
};

/// The outputs (first_row + i * row_step, first_column + j * column_step) for i < rows, j < columns
/// start at source pixels (source_row + i * source_row_step, ...) of the padded source.
struct CorrelationPhase {
  size_t rows = 0, columns = 0;
  size_t first_row = 0, first_column = 0;
  size_t source_row = 0, source_column = 0;
  std::vector<Tap> taps;  // none: the outputs are zero
};

struct Correlation {
  size_t source_rows = 0, source_columns = 0, source_channels = 0;  // unpadded
  size_t pad_top = 0, pad_left = 0;
  size_t padded_rows = 0, padded_columns = 0;  // columns: a multiple of source_column_step
  size_t source_row_step = 1, source_column_step = 1;
  size_t out_rows = 0, out_columns = 0, out_channels = 0;
  size_t row_step = 1, column_step = 1;
  std::vector<CorrelationPhase> phases;

  // The padded source's rows stand in planes, one after another: all of one residue of
  // source_row_step, then those of the next. So the rows that a tap looks at follow one another.
  size_t plane_rows() const { return (padded_rows + source_row_step - 1) / source_row_step; }
  size_t place_of_row(size_t padded_row) const {
    return padded_row % source_row_step * plane_rows() + padded_row / source_row_step;
  }
  /// Values of one padded image.
  size_t padded_size() const {
    return source_row_step * plane_rows() * padded_columns * source_channels;
  }
  /// Taps of all outputs of an image, those that look at padding included.
  size_t sums() const {
    size_t sum = 0;
    for (const CorrelationPhase& phase : phases) {
      sum += phase.rows * phase.columns * phase.taps.size();
    }
    return sum;
  }
  bool is_padded() const {
    return padded_rows != source_rows || padded_columns != source_columns || source_row_step > 1;
  }
};

/// Source: the input; output: the convolution's output.
Correlation forward_correlation(const ConvolutionGeometry& geometry);

/// Source: the gradient of the output; output: the gradient of the input.
Correlation input_gradient_correlation(const ConvolutionGeometry& geometry);

/// Where the weights of a convolution stand: [out_channels][taps][in_channels], float32.
struct KernelMatrices {
  const float* values = nullptr;
  size_t taps = 0;
  size_t in_channels = 0;
};

}  // namespace belamy::kernels
