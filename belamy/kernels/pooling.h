// Max pooling and nearest-neighbour upsampling of images [N, H, W, C], channels contiguous. T is
// float or Bf16. One image is [1, H, W, C]: a caller that is parallel over images already may call
// these for each.
#pragma once

#include <cstddef>
#include <cstdint>

#include "belamy/kernels/bf16.h"

namespace belamy::kernels {

/// Of the larger tensor: pooling's input, upsampling's output. Windows of window_height x
/// window_width do not overlap; rows and columns left over at the end belong to none.
struct PoolingShape {
  size_t images = 0, height = 0, width = 0, channels = 0;
  size_t window_height = 2, window_width = 2;

  size_t pooled_height() const { return height / window_height; }
  size_t pooled_width() const { return width / window_width; }
};

/// y [N, H / window_height, W / window_width, C] is each window's largest element, and `winner`, of
/// the same shape, its place in the window: row * window_width + column. The first of equals wins;
/// the last NaN wins over everything, as in PyTorch. Throws kUsage for a window of no elements or
/// of more than 256.
void max_pool(const float* x, float* y, uint8_t* winner, PoolingShape shape);
void max_pool(const Bf16* x, Bf16* y, uint8_t* winner, PoolingShape shape);

/// dx [N, H, W, C]: dy where the winner was and 0 elsewhere. Throws likewise.
void max_pool_backward(const float* dy, const uint8_t* winner, float* dx, PoolingShape shape);
void max_pool_backward(const Bf16* dy, const uint8_t* winner, Bf16* dx, PoolingShape shape);

/// y [N, H, W, C] repeats each element of x [N, H / window_height, W / window_width, C] over its
/// window. Throws kUsage unless the windows cover y exactly.
void upsample(const float* x, float* y, PoolingShape shape);
void upsample(const Bf16* x, Bf16* y, PoolingShape shape);

/// dx is the sum of dy over each window, in float and by rows. Throws likewise.
void upsample_backward(const float* dy, float* dx, PoolingShape shape);
void upsample_backward(const Bf16* dy, Bf16* dx, PoolingShape shape);

}  // namespace belamy::kernels
