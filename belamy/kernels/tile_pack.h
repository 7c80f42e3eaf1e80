// Bringing matrices into the layouts that tile products take (belamy/kernels/tile_multiply.h).
#pragma once

#include <cstddef>
#include <cstring>

#include "belamy/kernels/bf16.h"

namespace belamy::kernels {

// One tile of B each (1 KB): 32 rows of 16 columns as 16 rows of pairs, or 16 rows of floats. What
// lies beyond `rows` and `columns` is zero. Strides are in elements. Values are rounded to nearest,
// ties to even.

/// Row k, column n is in[k * stride + n].
void pack_tile(const float* in, size_t stride, size_t rows, size_t columns, Bf16* tile);
void pack_tile(const float* in, size_t stride, size_t rows, size_t columns, float* tile);

/// Row k, column n is in[n * stride + k].
void pack_tile_transposed(const float* in, size_t stride, size_t rows, size_t columns, Bf16* tile);
void pack_tile_transposed(const float* in, size_t stride, size_t rows, size_t columns, float* tile);

/// The same from values of the tile's own type, a whole tile: row k, column n is in[k * stride +
/// n].
void tile_rows(const Bf16* in, size_t stride, Bf16* tile);
void tile_rows(const float* in, size_t stride, float* tile);

/// B's pairs without cutting into tiles: out[r][c][2] = {in[2r][c], in[2r + 1][c]} for r < pairs.
/// in: rows of `columns` values, `stride` apart. An operand of B whose tile rows are columns * 4
/// bytes apart.
void interleave_rows(const Bf16* in, size_t stride, size_t pairs, size_t columns, Bf16* out);

/// Copies `count` values fast by reading and writing up to kRunOverhang more, whose values do not
/// matter: those of the next run, copied later, overwrite them.
inline constexpr size_t kRunOverhang = 8;
template <class T>
void copy_run(const T* from, size_t count, T* to) {
  for (size_t i = 0; i < count; i += kRunOverhang) {
    std::memcpy(to + i, from + i, kRunOverhang * sizeof(T));
  }
}

/// out[c * out_stride + r] = in[r * in_stride + c] for r < rows, c < columns. `rows` is a multiple
/// of kTileDepth.
void transpose(const Bf16* in, size_t in_stride, size_t rows, size_t columns, Bf16* out,
               size_t out_stride);
void transpose(const float* in, size_t in_stride, size_t rows, size_t columns, float* out,
               size_t out_stride);

}  // namespace belamy::kernels
