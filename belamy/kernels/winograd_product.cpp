#include "belamy/kernels/winograd_product.h"

#include <algorithm>

#include "belamy/kernels/aligned_buffer.h"
#include "belamy/kernels/tile_pack.h"
#include "belamy/kernels/winograd_transforms.h"

namespace belamy::kernels {

template <class T>
WinogradRows<T>::WinogradRows(const WinogradPlan& plan, const WinogradSteps& steps, size_t first,
                              size_t count)
    : steps_(steps) {
  for (size_t i = first; i < first + count; ++i) {
    for_points(plan.tiles[i % plan.tiles.size()].points, [&](size_t p) { ++rows_[p]; });
  }
  for (size_t p = 0; p < kWinogradPlane; ++p) {
    if (rows_[p] == 0) continue;
    tile_rows_[p] = tile_height<T>(rows_[p]);
    tiles_[p] = (rows_[p] + tile_rows_[p] - 1) / tile_rows_[p];
    source_begin_[p] = source_size_;
    products_begin_[p] = products_size_;
    source_size_ += tiles_[p] * steps[p] * kTileSize<T>;
    products_size_ += tiles_[p] * tile_rows_[p] * kWinogradColumns;
  }
  const size_t most_steps = *std::max_element(steps.begin(), steps.end());
  for (size_t step = 0; step < most_steps; ++step) {
    offsets_.push_back(static_cast<int32_t>(step * kTileSize<T> * sizeof(T)));
  }
}

template <class T>
void WinogradRows<T>::multiply(const T* source, const WinogradPlane<const T*>& b, size_t b_tiles,
                               TileSession<T>& session, float* products) const {
  TileProduct<T> product;
  product.a_offsets = offsets_.data();
  product.a_stride = static_cast<ptrdiff_t>(kTileDepth<T> * sizeof(T));
  product.b_tiles = static_cast<int>(b_tiles);
  product.b_step = static_cast<ptrdiff_t>(b_tiles * kTileSize<T> * sizeof(T));
  product.b_second = static_cast<ptrdiff_t>(kTileSize<T> * sizeof(T));
  product.c_stride = static_cast<ptrdiff_t>(kWinogradColumns * sizeof(float));
  for (size_t p = 0; p < kWinogradPlane; ++p) {
    if (rows_[p] == 0 || b[p] == nullptr) continue;
    session.configure(tile_rows_[p]);
    const size_t tile_size = steps_[p] * kTileSize<T>;
    product.b = b[p];
    for (size_t step = 0; step < steps_[p]; step += kCachedSteps) {
      TileProduct<T> slice = slice_of(product, step, std::min(kCachedSteps, steps_[p] - step));
      for (size_t tile = 0; tile < tiles_[p]; tile += 2) {
        slice.a_tiles = tile + 1 < tiles_[p] ? 2 : 1;
        for (size_t i = 0; i < static_cast<size_t>(slice.a_tiles); ++i) {
          slice.a[i] = source + source_begin_[p] + (tile + i) * tile_size;
          slice.c[i] =
              products + products_begin_[p] + (tile + i) * tile_rows_[p] * kWinogradColumns;
        }
        session.multiply(slice);
      }
    }
  }
}

template <class T>
void pack_winograd(const WinogradWeights& some, const WinogradPlane<T*>& to) {
  constexpr size_t kDepth = kTileDepth<T>, kMatrix = kDepth * kWinogradColumns;
  const WinogradChunk& chunk = *some.chunk;
  const size_t in_channels = some.weights.in_channels;
  const size_t row = some.weights.taps * in_channels;  // one output channel's weights
  // Of each point a matrix whose rows run along the weights' in_channels, as they lie.
  alignas(kCacheLine) float values[kWinogradPlane * kMatrix];
  const size_t rows = some.towards_output ? some.columns : kDepth;
  const size_t length = some.towards_output ? kDepth : some.columns;
  const size_t stride = some.towards_output ? kDepth : kWinogradColumns;
  const float* from =
      some.weights.values +
      (some.towards_output ? some.column * row + some.channel : some.channel * row + some.column);
  for (size_t i = 0; i < rows; ++i, from += row) {
    std::array<const float*, 9> taps = {};
    for (size_t tap = 0; tap < taps.size(); ++tap) {
      taps[tap] = from + chunk.kernels[tap] * in_channels;
    }
    WinogradPlane<float*> at = {};
    for (size_t p = 0; p < kWinogradPlane; ++p) {
      if (chunk.at_point[p]) at[p] = values + p * kMatrix + i * stride;
    }
    winograd_weights(taps, chunk.rows.count, chunk.columns.count, length, at);
  }
  for (size_t p = 0; p < kWinogradPlane; ++p) {
    if (!chunk.at_point[p]) continue;
    T* tile = to[p];
    for (size_t first = 0; first < some.columns; first += kTileColumns, tile += kTileSize<T>) {
      const size_t count = std::min(kTileColumns, some.columns - first);
      const float* matrix = values + p * kMatrix + first * (some.towards_output ? stride : 1);
      some.towards_output ? pack_tile_transposed(matrix, stride, kDepth, count, tile)
                          : pack_tile(matrix, stride, kDepth, count, tile);
    }
  }
}

template class WinogradRows<Bf16>;
template class WinogradRows<float>;
template void pack_winograd(const WinogradWeights&, const WinogradPlane<Bf16*>&);
template void pack_winograd(const WinogradWeights&, const WinogradPlane<float*>&);

}  // namespace belamy::kernels
