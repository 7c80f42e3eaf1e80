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

/// The same of pixels that stand anywhere, `channels` (up to 16) from `channel` on; zero beyond.
/// Bf16: out[r][c][2] = {pixels[2r][channel + c], pixels[2r + 1][channel + c]} for r < rows; float:
/// out[r][c] = pixels[r][channel + c].
void pack_pixels(const Bf16* const* pixels, size_t rows, size_t channel, size_t channels,
                 Bf16* out);
void pack_pixels(const float* const* pixels, size_t rows, size_t channel, size_t channels,
                 float* out);

/// A tile of A from kTileDepth pixels, a row for each of `channels` (up to 16) from `channel` on:
/// tile[c][k] = pixels[k][channel + c]. Rows beyond are left as they are.
void transpose_pixels(const Bf16* const* pixels, size_t channel, size_t channels, Bf16* tile);
void transpose_pixels(const float* const* pixels, size_t channel, size_t channels, float* tile);

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
