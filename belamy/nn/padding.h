// Keras's "same" and "valid" padding, the asymmetric case included.
#pragma once

#include <cstdint>

namespace belamy {

enum class Padding { kValid, kSame };

/// Rows (or columns) of padding before and after.
struct PaddingPair {
  int64_t before = 0;
  int64_t after = 0;
};

/// The output length of a convolution or pooling window: ceil(in / stride) for "same",
/// ceil((in - kernel + 1) / stride) for "valid" (0 or less: the window does not fit).
int64_t convolved_length(int64_t input, int64_t kernel, int64_t stride, Padding padding);

/// What "same" adds: max((out - 1) * stride + kernel - in, 0) in all, the odd one after.
PaddingPair convolution_padding(int64_t input, int64_t kernel, int64_t stride, Padding padding);

/// The output length of a transposed convolution: in * stride for "same", in * stride +
/// max(kernel - stride, 0) for "valid".
int64_t transposed_length(int64_t input, int64_t kernel, int64_t stride, Padding padding);

/// What a transposed convolution cuts off its full output of (in - 1) * stride + kernel; a
/// negative `after` adds zeros instead.
PaddingPair transposed_cut(int64_t input, int64_t kernel, int64_t stride, Padding padding);

}  // namespace belamy
