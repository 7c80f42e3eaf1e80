// Operands for tests of products, in float and in bfloat16.
#pragma once

#include <cstddef>
#include <random>
#include <type_traits>
#include <vector>

#include "belamy/kernels/bf16.h"
#include "belamy/kernels/correlation.h"

namespace belamy::kernels {

/// From -size to size. Exact in bf16, so that rounding of the operands is not what is measured.
inline std::vector<float> random_values(size_t count, unsigned seed, float size = 1.0f) {
  std::mt19937 engine(seed);
  std::uniform_real_distribution<float> draw(-size, size);
  std::vector<float> values(count);
  for (float& value : values) value = to_float(to_bf16(draw(engine)));
  return values;
}

/// Float as it is, Bf16 exactly (random_values).
template <class T>
std::vector<T> values_of(const std::vector<float>& values) {
  std::vector<T> out(values.size());
  for (size_t i = 0; i < out.size(); ++i) {
    if constexpr (std::is_same_v<T, float>) {
      out[i] = values[i];
    } else {
      out[i] = to_bf16(values[i]);
    }
  }
  return out;
}

/// {in, out, kernel, stride, pad} of square images
inline ConvolutionGeometry square(size_t in, size_t in_channels, size_t out, size_t out_channels,
                                  size_t kernel, size_t stride, size_t pad) {
  return {in, in, in_channels, out, out, out_channels, kernel, kernel, stride, stride, pad, pad};
}

}  // namespace belamy::kernels
