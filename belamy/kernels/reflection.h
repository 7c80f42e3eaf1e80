// Reflection padding of channels-last images: what lies beyond an edge mirrors what lies before it,
// the edge itself not repeated. T is float or Bf16.
#pragma once

#include <cstddef>

#include "belamy/kernels/bf16.h"

namespace belamy::kernels {

/// Of the images without padding.
struct ReflectionShape {
  size_t images = 0, rows = 0, columns = 0, channels = 0;
  size_t top = 0, bottom = 0, left = 0, right = 0;  // below rows, or below columns
};

/// x [images, rows, columns, channels] -> y [images, top + rows + bottom, left + columns + right,
/// channels]. Throws kUsage unless padding is less than the side.
void reflection_pad(const float* x, float* y, const ReflectionShape& shape);
void reflection_pad(const Bf16* x, Bf16* y, const ReflectionShape& shape);

/// dx from dy: each pixel's gradient is the sum of its mirror images', added in float.
void reflection_pad_backward(const float* dy, float* dx, const ReflectionShape& shape);
void reflection_pad_backward(const Bf16* dy, Bf16* dx, const ReflectionShape& shape);

}  // namespace belamy::kernels
