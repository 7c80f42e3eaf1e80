// What stands before and after a matrix product: bias, activation and their gradients over rows of
// columns. Serial: the products call these from their own threads.
#pragma once

#include <cstddef>

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
/// function and may then be null. `column_sums` may be null.
void gradient_rows(const Bf16* y, const Bf16* dy, size_t rows, size_t columns, size_t stride,
                   ActivationFunction function, Bf16* dz, float* column_sums);

/// into[i] += from[i]
void add(const float* from, float* into, size_t count);

}  // namespace belamy::kernels
