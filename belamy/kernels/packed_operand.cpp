#include "belamy/kernels/packed_operand.h"

#include <algorithm>

#include "belamy/kernels/tile_pack.h"

namespace belamy::kernels {

template <class T>
void PackedOperand<T>::reserve(size_t new_depth, size_t new_columns) {
  depth = new_depth;
  columns = new_columns;
  tiles.reserve(steps() * tile_columns() * kTileSize<T>);
}

template <class T>
T* PackedOperand<T>::tile(size_t block, size_t step, size_t i) {
  return tiles.data() + (block * 2 * steps() + step * block_tiles(block) + i) * kTileSize<T>;
}

template <class T>
TileProduct<T> PackedOperand<T>::product(size_t block) {
  TileProduct<T> product;
  product.b = tile(block, 0, 0);
  product.b_tiles = static_cast<int>(block_tiles(block));
  product.b_second = kTileSize<T> * sizeof(T);
  product.b_step = static_cast<ptrdiff_t>(block_tiles(block) * kTileSize<T> * sizeof(T));
  product.steps = steps();
  return product;
}

template <class T>
void PackedOperand<T>::pack_block_from_rows(const float* matrix, size_t block) {
  constexpr size_t kDepth = kTileDepth<T>;
  const size_t whole = depth / kDepth, rest = depth % kDepth;
  for (size_t i = 0; i < block_tiles(block); ++i) {
    const size_t column = (2 * block + i) * kTileColumns;
    const size_t width = std::min(kTileColumns, columns - column);
    const float* from = matrix + column * depth;
    for (size_t step = 0; step < whole; ++step) {
      pack_tile_transposed(from + step * kDepth, depth, kDepth, width, tile(block, step, i));
    }
    if (rest == 0) continue;
    alignas(64) float edge[kDepth * kTileColumns] = {};
    const size_t before = whole > 0 ? kDepth - rest : 0;
    for (size_t c = 0; c < width; ++c) {
      for (size_t k = 0; k < rest; ++k) {
        edge[(before + k) * kTileColumns + c] = from[c * depth + whole * kDepth + k];
      }
    }
    pack_tile(edge, kTileColumns, kDepth, kTileColumns, tile(block, whole, i));
  }
}

template <class T>
void PackedOperand<T>::pack_step(const float* matrix, size_t step) {
  constexpr size_t kDepth = kTileDepth<T>;
  const size_t first = step * kDepth, rows = std::min(kDepth, depth - first);
  const size_t before = step > 0 ? kDepth - rows : 0;
  for (size_t block = 0; block < blocks(); ++block) {
    for (size_t i = 0; i < block_tiles(block); ++i) {
      const size_t column = (2 * block + i) * kTileColumns;
      const size_t width = std::min(kTileColumns, columns - column);
      const float* from = matrix + first * columns + column;
      if (rows == kDepth) {
        pack_tile(from, columns, rows, width, tile(block, step, i));
        continue;
      }
      alignas(64) float edge[kDepth * kTileColumns] = {};
      for (size_t k = 0; k < rows; ++k) {
        std::copy_n(from + k * columns, width, edge + (before + k) * kTileColumns);
      }
      pack_tile(edge, kTileColumns, kDepth, kTileColumns, tile(block, step, i));
    }
  }
}

template struct PackedOperand<Bf16>;
template struct PackedOperand<float>;

}  // namespace belamy::kernels
