// A matrix packed as the operand B of a dense layer's products (belamy/kernels/tile_multiply.h).
#pragma once

#include <cstddef>

#include "belamy/kernels/aligned_buffer.h"
#include "belamy/kernels/bf16.h"
#include "belamy/kernels/tile_multiply.h"

namespace belamy::kernels {

/// [depth][columns] in tiles, in the order [pair of columns of tiles: a block][step][tile].
template <class T>
struct PackedOperand {
  size_t depth = 0, columns = 0;  // unpadded
  AlignedBuffer<T> tiles;

  size_t steps() const { return (depth + kTileDepth<T> - 1) / kTileDepth<T>; }
  size_t tile_columns() const { return (columns + kTileColumns - 1) / kTileColumns; }
  size_t blocks() const { return (tile_columns() + 1) / 2; }
  size_t block_tiles(size_t block) const { return block * 2 + 1 < tile_columns() ? 2 : 1; }

  void reserve(size_t new_depth, size_t new_columns);
  T* tile(size_t block, size_t step, size_t i);
  /// A and C are left to the caller.
  TileProduct<T> product(size_t block);

  // Where the depth does not come out even, the last step overlaps the one before it: A's last step
  // is read that way. What they have in common is zero.

  /// A block of B's columns from the rows of a matrix [columns][depth].
  void pack_block_from_rows(const float* matrix, size_t block);
  /// A step of B's rows from those of a matrix [depth][columns].
  void pack_step(const float* matrix, size_t step);
};

extern template struct PackedOperand<Bf16>;
extern template struct PackedOperand<float>;

}  // namespace belamy::kernels
