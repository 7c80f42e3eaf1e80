// The products of matrices, one at each point, that minimal filtering (winograd_plan.h) is made of:
// rows of A are tiles of images, B is weights.
#pragma once

#include <cstdint>
#include <vector>

#include "belamy/kernels/correlation.h"
#include "belamy/kernels/tile_multiply.h"
#include "belamy/kernels/winograd_plan.h"

namespace belamy::kernels {

/// Output channels whose products are computed at a time.
inline constexpr size_t kWinogradColumns = 2 * kTileColumns;

/// Steps of the sums at each point.
using WinogradSteps = WinogradPlane<size_t>;

/// Where the values of some tiles stand: at each point rows of a matrix, in tiles of A.
template <class T>
class WinogradRows {
 public:
  /// Of `count` of the plan's tiles from `first` on, image after image.
  WinogradRows(const WinogradPlan& plan, const WinogradSteps& steps, size_t first, size_t count);

  size_t source_size() const { return source_size_; }
  size_t products_size() const { return products_size_; }
  /// Of a row of a point's matrix, in the source: a step's values are side by side, and the next
  /// step's kTileSize<T> values later.
  size_t source_at(size_t point, size_t row) const {
    const size_t tile = row / tile_rows_[point];
    return source_begin_[point] + tile * steps_[point] * kTileSize<T> +
           row % tile_rows_[point] * kTileDepth<T>;
  }
  /// Of the first row of a point's products, whose rows are kWinogradColumns values each.
  size_t products_at(size_t point) const { return products_begin_[point]; }

  /// The products of all points: b[point] is [step][tile], b_tiles side by side; null: not wanted.
  void multiply(const T* source, const WinogradPlane<const T*>& b, size_t b_tiles,
                TileSession<T>& session, float* products) const;

 private:
  WinogradSteps steps_;
  WinogradPlane<size_t> rows_ = {}, tile_rows_ = {}, tiles_ = {};
  WinogradPlane<size_t> source_begin_ = {}, products_begin_ = {};
  size_t source_size_ = 0, products_size_ = 0;
  std::vector<int32_t> offsets_;  // of each step in a tile, bytes
};

/// Some of a chunk's weights: kTileDepth<T> channels of the source from `channel` on, and up to
/// kWinogradColumns of the output from `column` on.
struct WinogradWeights {
  KernelMatrices weights;
  const WinogradChunk* chunk = nullptr;
  bool towards_output = false;  // the weights' in_channels are the source
  size_t channel = 0, column = 0, columns = 0;
};

/// The tiles of B that they make, one or two side by side, at to[point] of the chunk's points.
template <class T>
void pack_winograd(const WinogradWeights& some, const WinogradPlane<T*>& to);

extern template class WinogradRows<Bf16>;
extern template class WinogradRows<float>;

}  // namespace belamy::kernels
