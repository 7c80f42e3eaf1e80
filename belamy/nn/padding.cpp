#include "belamy/nn/padding.h"

#include <algorithm>

namespace belamy {

int64_t convolved_length(int64_t input, int64_t kernel, int64_t stride, Padding padding) {
  const int64_t usable = padding == Padding::kSame ? input : input - kernel + 1;
  return usable > 0 ? (usable + stride - 1) / stride : 0;
}

PaddingPair convolution_padding(int64_t input, int64_t kernel, int64_t stride, Padding padding) {
  if (padding == Padding::kValid) return {};
  const int64_t output = convolved_length(input, kernel, stride, padding);
  const int64_t total = std::max<int64_t>((output - 1) * stride + kernel - input, 0);
  return {total / 2, total - total / 2};
}

int64_t transposed_length(int64_t input, int64_t kernel, int64_t stride, Padding padding) {
  const int64_t overhang = padding == Padding::kValid ? std::max<int64_t>(kernel - stride, 0) : 0;
  return input * stride + overhang;
}

PaddingPair transposed_cut(int64_t input, int64_t kernel, int64_t stride, Padding padding) {
  const int64_t full = (input - 1) * stride + kernel;
  const int64_t total = full - transposed_length(input, kernel, stride, padding);
  const int64_t before = total > 0 ? total / 2 : 0;
  return {before, total - before};
}

}  // namespace belamy
