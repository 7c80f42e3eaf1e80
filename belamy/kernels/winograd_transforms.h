// The transforms of minimal filtering in two dimensions (winograd_axis.h): of a tile's source
// pixels, of weights, of sums, and of the gradients of outputs and weights. Serial.
#pragma once

#include <array>
#include <cstddef>

#include "belamy/kernels/bf16.h"
#include "belamy/kernels/winograd_plan.h"

namespace belamy::kernels {

/// A tile's values at the points from as many pixels, in the same numbering, of so many channels,
/// a multiple of 16: side by side in steps of a tile of A (tile_multiply.h), from to[point] on.
/// Rounded to nearest, ties to even.
void winograd_source(const WinogradPlane<const Bf16*>& pixels, size_t channels,
                     WinogradExtent points, const WinogradPlane<Bf16*>& to);
void winograd_source(const WinogradPlane<const float*>& pixels, size_t channels,
                     WinogradExtent points, const WinogradPlane<float*>& to);

/// Where a tile's values become a row of an operand that sums over tiles: 32 channels are
/// block_strides values from the next 32, and of Bf16 two tiles' values of a channel lie side by
/// side, the first of which must be written first (it makes the second zero).
template <class T>
struct WinogradRow {
  WinogradPlane<T*> to = {};
  WinogradPlane<bool> second = {};
  WinogradPlane<size_t> block_strides = {};
};

/// The same to rows of an operand.
void winograd_source(const WinogradPlane<const Bf16*>& pixels, size_t channels,
                     WinogradExtent points, const WinogradRow<Bf16>& row);
void winograd_source(const WinogradPlane<const float*>& pixels, size_t channels,
                     WinogradExtent points, const WinogradRow<float>& row);

/// What the gradient of a tile's outputs is at the points: from so many pixels, 2 or 3 in each
/// direction, in the plane's numbering.
void winograd_gradient(const WinogradPlane<const Bf16*>& pixels, WinogradExtent outputs,
                       size_t channels, WinogradExtent points, const WinogradPlane<Bf16*>& to);
void winograd_gradient(const WinogradPlane<const float*>& pixels, WinogradExtent outputs,
                       size_t channels, WinogradExtent points, const WinogradPlane<float*>& to);
void winograd_gradient(const WinogradPlane<const Bf16*>& pixels, WinogradExtent outputs,
                       size_t channels, WinogradExtent points, const WinogradRow<Bf16>& row);
void winograd_gradient(const WinogradPlane<const float*>& pixels, WinogradExtent outputs,
                       size_t channels, WinogradExtent points, const WinogradRow<float>& row);

/// What products at the points add to the pixels that winograd_source takes: for c < channels,
/// from[point][c] to to[pixel][c], null for padding.
void winograd_scatter(const WinogradPlane<const float*>& from, WinogradExtent points,
                      size_t channels, const WinogradPlane<float*>& to);

/// The gradient of weights from sums at the points, the transpose of winograd_weights:
/// to[row * 3 + column][i] for i < count. Points whose `from` is null are zero.
void winograd_weight_gradient(const WinogradPlane<const float*>& from, size_t rows, size_t columns,
                              size_t count, const std::array<float*, 9>& to);

/// `count` values side by side of taps[row * 3 + column], for 2 or 3 rows and columns, to
/// to[point][i]. Points whose `to` is null are left out.
void winograd_weights(const std::array<const float*, 9>& taps, size_t rows, size_t columns,
                      size_t count, const WinogradPlane<float*>& to);

/// A tile's outputs from its sums at the points.
struct WinogradOutputs {
  float* first = nullptr;
  size_t row_stride = 0, column_stride = 0;  // values
  size_t rows = 0, columns = 0;              // each 2 or 3
  size_t channels = 0;
};

/// from[point][c] for c < outputs.channels, readable as whole vectors of 16.
void winograd_outputs(const WinogradPlane<const float*>& from, WinogradExtent points,
                      const WinogradOutputs& outputs);

}  // namespace belamy::kernels
