// What stands before and after a matrix product: bias, activation and their gradients over rows of
// columns. Serial: the products call these from their own threads.
#pragma once

#include <cstddef>
#include <cstdint>

#include "belamy/kernels/activation.h"
#include "belamy/kernels/bf16.h"

namespace belamy::kernels {

/// out[r * out_stride + c] = f(sums[r * sums_stride + c] + bias[c]); `bias` may be null (zeros).
void finish_rows(const float* sums, size_t sums_stride, size_t rows, size_t columns,
                 const float* bias, ActivationFunction function, Bf16* out, size_t out_stride);
void finish_rows(const float* sums, size_t sums_stride, size_t rows, size_t columns,
                 const float* bias, ActivationFunction function, float* out, size_t out_stride);

/// dz[r * stride + c] = dy * f'(z) from y = f(z), and column_sums[c] += the sum of dz over rows (of
/// what dz holds after rounding). `stride` is that of y, dy and dz. `y` is not read for a linear
/// function and may then be null, and so may `dz`, which would be dy. `column_sums` may be null.
void gradient_rows(const Bf16* y, const Bf16* dy, size_t rows, size_t columns, size_t stride,
                   ActivationFunction function, Bf16* dz, float* column_sums);
void gradient_rows(const float* y, const float* dy, size_t rows, size_t columns, size_t stride,
                   ActivationFunction function, float* dz, float* column_sums);

/// An image [rows, columns, channels] and the windows that max pooling cuts it into; rows and
/// columns left over at the end belong to none.
struct PooledImage {
  size_t rows = 0, columns = 0, channels = 0;
  size_t window_rows = 1, window_columns = 1;

  size_t pooled_rows() const { return rows / window_rows; }
  size_t pooled_columns() const { return columns / window_columns; }
};

/// finish_rows of an image's pixels and then max pooling, for functions that never fall: y and
/// winner, the first largest one's place in its window (row * window_columns + column), are
/// [pooled_rows, pooled_columns, channels]. Sums of one row's pixels are sums_stride apart, those
/// of one column's sums_pitch times that.
void finish_pooled(const float* sums, size_t sums_stride, size_t sums_pitch,
                   const PooledImage& image, const float* bias, ActivationFunction function,
                   Bf16* y, uint8_t* winner);
void finish_pooled(const float* sums, size_t sums_stride, size_t sums_pitch,
                   const PooledImage& image, const float* bias, ActivationFunction function,
                   float* y, uint8_t* winner);

/// gradient_rows through the pooling: dz [rows, columns, channels] is dy * f'(z) where the winner
/// was and 0 elsewhere.
void gradient_pooled(const Bf16* y, const Bf16* dy, const uint8_t* winner, const PooledImage& image,
                     ActivationFunction function, Bf16* dz, float* column_sums);
void gradient_pooled(const float* y, const float* dy, const uint8_t* winner,
                     const PooledImage& image, ActivationFunction function, float* dz,
                     float* column_sums);

/// into[i] += from[i]
void add(const float* from, float* into, size_t count);

}  // namespace belamy::kernels
