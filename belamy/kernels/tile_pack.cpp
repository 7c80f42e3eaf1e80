#include "belamy/kernels/tile_pack.h"

#include <algorithm>
#include <cstdint>
#include <cstring>

#include "belamy/kernels/dispatch.h"
#include "belamy/kernels/tile_multiply.h"

#if defined(__x86_64__)
#include <immintrin.h>
// gcc 12's AVX-512 intrinsics pass an undefined vector where the mask lets none of it through.
#pragma GCC diagnostic ignored "-Wuninitialized"
#pragma GCC diagnostic ignored "-Wmaybe-uninitialized"
#endif

namespace belamy::kernels {
namespace {

constexpr size_t kDepth = kTileDepth<Bf16>;
constexpr size_t kPairs = kDepth / 2;
constexpr size_t kFloatDepth = kTileDepth<float>;

#if defined(__x86_64__)

#define BELAMY_AVX512 __attribute__((target("avx512f,avx512bw,avx512vl"), always_inline)) inline
#define BELAMY_AVX512_ENTRY __attribute__((target("avx512f,avx512bw,avx512vl")))

// 16 floats rounded to bf16, in the upper half of each lane.
BELAMY_AVX512 __m512i rounded(__m512 values) {
  const __m512i bits = _mm512_castps_si512(values);
  const __m512i odd = _mm512_and_si512(_mm512_srli_epi32(bits, 16), _mm512_set1_epi32(1));
  const __m512i up = _mm512_add_epi32(_mm512_add_epi32(bits, _mm512_set1_epi32(0x7fff)), odd);
  const __mmask16 nan = _mm512_cmp_ps_mask(values, values, _CMP_UNORD_Q);
  return _mm512_mask_mov_epi32(up, nan, _mm512_set1_epi32(0x7fc00000));
}

// Lanes {low, high} of two vectors that hold bf16 in their upper halves.
BELAMY_AVX512 __m512i paired(__m512i low, __m512i high) {
  const __m512i upper = _mm512_and_si512(high, _mm512_set1_epi32(static_cast<int>(0xffff0000u)));
  return _mm512_or_si512(_mm512_srli_epi32(low, 16), upper);
}

BELAMY_AVX512 __m512i paired_rows(const Bf16* low, const Bf16* high) {
  const __m512i a =
      _mm512_cvtepu16_epi32(_mm256_loadu_si256(reinterpret_cast<const __m256i*>(low)));
  const __m512i b =
      _mm512_cvtepu16_epi32(_mm256_loadu_si256(reinterpret_cast<const __m256i*>(high)));
  return _mm512_or_si512(a, _mm512_slli_epi32(b, 16));
}

// 16 × 16 lanes of 32 bits, in three rounds: pairs of rows, pairs of pairs, blocks of four lanes.
BELAMY_AVX512 void transpose_lanes(__m512i (&r)[16]) {
  __m512i t[16];
  for (int i = 0; i < 16; i += 2) {
    t[i] = _mm512_unpacklo_epi32(r[i], r[i + 1]);
    t[i + 1] = _mm512_unpackhi_epi32(r[i], r[i + 1]);
  }
  for (int i = 0; i < 16; i += 4) {
    r[i] = _mm512_unpacklo_epi64(t[i], t[i + 2]);
    r[i + 1] = _mm512_unpackhi_epi64(t[i], t[i + 2]);
    r[i + 2] = _mm512_unpacklo_epi64(t[i + 1], t[i + 3]);
    r[i + 3] = _mm512_unpackhi_epi64(t[i + 1], t[i + 3]);
  }
  for (int i = 0; i < 4; ++i) {
    const __m512i a = _mm512_shuffle_i32x4(r[i], r[i + 4], 0x88);
    const __m512i b = _mm512_shuffle_i32x4(r[i], r[i + 4], 0xdd);
    const __m512i c = _mm512_shuffle_i32x4(r[i + 8], r[i + 12], 0x88);
    const __m512i d = _mm512_shuffle_i32x4(r[i + 8], r[i + 12], 0xdd);
    t[i] = _mm512_shuffle_i32x4(a, c, 0x88);
    t[i + 8] = _mm512_shuffle_i32x4(a, c, 0xdd);
    t[i + 4] = _mm512_shuffle_i32x4(b, d, 0x88);
    t[i + 12] = _mm512_shuffle_i32x4(b, d, 0xdd);
  }
  for (int i = 0; i < 16; ++i) r[i] = t[i];
}

BELAMY_AVX512_ENTRY void pack_tile_avx512(const float* in, size_t stride, Bf16* tile) {
  for (size_t pair = 0; pair < kPairs; ++pair) {
    const float* row = in + 2 * pair * stride;
    const __m512i lanes =
        paired(rounded(_mm512_loadu_ps(row)), rounded(_mm512_loadu_ps(row + stride)));
    _mm512_storeu_si512(tile + pair * kDepth, lanes);
  }
}

BELAMY_AVX512_ENTRY void pack_tile_transposed_avx512(const float* in, size_t stride, Bf16* tile) {
  const __m512i even = _mm512_set_epi32(30, 28, 26, 24, 22, 20, 18, 16, 14, 12, 10, 8, 6, 4, 2, 0);
  const __m512i odd = _mm512_add_epi32(even, _mm512_set1_epi32(1));
  __m512i rows[16];
  for (size_t column = 0; column < 16; ++column) {
    const float* values = in + column * stride;
    const __m512i first = rounded(_mm512_loadu_ps(values));
    const __m512i second = rounded(_mm512_loadu_ps(values + 16));
    rows[column] = paired(_mm512_permutex2var_epi32(first, even, second),
                          _mm512_permutex2var_epi32(first, odd, second));
  }
  transpose_lanes(rows);
  for (size_t pair = 0; pair < kPairs; ++pair) {
    _mm512_storeu_si512(tile + pair * kDepth, rows[pair]);
  }
}

BELAMY_AVX512_ENTRY void tile_rows_avx512(const Bf16* in, size_t stride, Bf16* tile) {
  for (size_t pair = 0; pair < kPairs; ++pair) {
    const Bf16* row = in + 2 * pair * stride;
    _mm512_storeu_si512(tile + pair * kDepth, paired_rows(row, row + stride));
  }
}

BELAMY_AVX512_ENTRY void pack_pixels_avx512(const Bf16* const* pixels, size_t rows, size_t channel,
                                            Bf16* out) {
  for (size_t row = 0; row < rows; ++row) {
    _mm512_storeu_si512(out + row * kDepth,
                        paired_rows(pixels[2 * row] + channel, pixels[2 * row + 1] + channel));
  }
}

BELAMY_AVX512_ENTRY void transpose_pixels_avx512(const Bf16* const* pixels, size_t channel,
                                                 Bf16* tile) {
  __m512i rows[16];
  for (size_t pair = 0; pair < 16; ++pair) {
    rows[pair] = paired_rows(pixels[2 * pair] + channel, pixels[2 * pair + 1] + channel);
  }
  transpose_lanes(rows);
  for (size_t c = 0; c < 16; ++c) _mm512_storeu_si512(tile + c * kDepth, rows[c]);
}

BELAMY_AVX512_ENTRY void transpose_pixels_avx512(const float* const* pixels, size_t channel,
                                                 float* tile) {
  __m512i rows[16];
  for (size_t k = 0; k < 16; ++k) rows[k] = _mm512_loadu_si512(pixels[k] + channel);
  transpose_lanes(rows);
  for (size_t c = 0; c < 16; ++c) _mm512_storeu_si512(tile + c * kFloatDepth, rows[c]);
}

// A block of 32 rows and 16 columns.
BELAMY_AVX512_ENTRY void transpose_block_avx512(const Bf16* in, size_t in_stride, Bf16* out,
                                                size_t out_stride) {
  __m512i rows[16];
  for (size_t pair = 0; pair < 16; ++pair) {
    rows[pair] = paired_rows(in + 2 * pair * in_stride, in + (2 * pair + 1) * in_stride);
  }
  transpose_lanes(rows);
  for (size_t column = 0; column < 16; ++column) {
    _mm512_storeu_si512(out + column * out_stride, rows[column]);
  }
}

// A block of 16 rows and 16 columns.
BELAMY_AVX512_ENTRY void transpose_block_avx512(const float* in, size_t in_stride, float* out,
                                                size_t out_stride) {
  __m512i rows[16];
  for (size_t row = 0; row < 16; ++row) rows[row] = _mm512_loadu_si512(in + row * in_stride);
  transpose_lanes(rows);
  for (size_t column = 0; column < 16; ++column) {
    _mm512_storeu_si512(out + column * out_stride, rows[column]);
  }
}

#undef BELAMY_AVX512
#undef BELAMY_AVX512_ENTRY

#else

void pack_tile_avx512(const float*, size_t, Bf16*) {}
void pack_tile_transposed_avx512(const float*, size_t, Bf16*) {}
void tile_rows_avx512(const Bf16*, size_t, Bf16*) {}
void pack_pixels_avx512(const Bf16* const*, size_t, size_t, Bf16*) {}
void transpose_pixels_avx512(const Bf16* const*, size_t, Bf16*) {}
void transpose_pixels_avx512(const float* const*, size_t, float*) {}
void transpose_block_avx512(const Bf16*, size_t, Bf16*, size_t) {}
void transpose_block_avx512(const float*, size_t, float*, size_t) {}

#endif

Bf16* element(Bf16* tile, size_t row, size_t column) {
  return tile + (row / 2) * kDepth + 2 * column + row % 2;
}

}  // namespace

void pack_tile(const float* in, size_t stride, size_t rows, size_t columns, Bf16* tile) {
  const bool whole = rows == kDepth && columns == kTileColumns;
  if (whole && uses_avx512()) return pack_tile_avx512(in, stride, tile);
  alignas(64) float edge[kDepth * kTileColumns] = {};
  for (size_t k = 0; k < rows; ++k) {
    std::copy_n(in + k * stride, columns, edge + k * kTileColumns);
  }
  if (uses_avx512()) return pack_tile_avx512(edge, kTileColumns, tile);
  for (size_t i = 0; i < kDepth * kTileColumns; ++i) {
    *element(tile, i / kTileColumns, i % kTileColumns) = to_bf16(edge[i]);
  }
}

void pack_tile_transposed(const float* in, size_t stride, size_t rows, size_t columns, Bf16* tile) {
  const bool whole = rows == kDepth && columns == kTileColumns;
  if (whole && uses_avx512()) return pack_tile_transposed_avx512(in, stride, tile);
  alignas(64) float edge[kDepth * kTileColumns] = {};
  for (size_t n = 0; n < columns; ++n) std::copy_n(in + n * stride, rows, edge + n * kDepth);
  if (uses_avx512()) return pack_tile_transposed_avx512(edge, kDepth, tile);
  for (size_t i = 0; i < kDepth * kTileColumns; ++i) {
    *element(tile, i % kDepth, i / kDepth) = to_bf16(edge[i]);
  }
}

void pack_pixels(const Bf16* const* pixels, size_t rows, size_t channel, size_t channels,
                 Bf16* out) {
  if (channels == kTileColumns && uses_avx512())
    return pack_pixels_avx512(pixels, rows, channel, out);
  if (channels < kTileColumns) std::fill_n(out, rows * kDepth, Bf16{});
  for (size_t pixel = 0; pixel < 2 * rows; ++pixel) {
    Bf16* row = out + pixel / 2 * kDepth + pixel % 2;
    for (size_t c = 0; c < channels; ++c) row[2 * c] = pixels[pixel][channel + c];
  }
}

void pack_pixels(const float* const* pixels, size_t rows, size_t channel, size_t channels,
                 float* out) {
  for (size_t row = 0; row < rows; ++row) {
    float* end = std::copy_n(pixels[row] + channel, channels, out + row * kTileColumns);
    std::fill_n(end, kTileColumns - channels, 0.0f);
  }
}

namespace {

template <class T>
void transpose_pixels_plainly(const T* const* pixels, size_t channel, size_t channels, T* tile) {
  for (size_t k = 0; k < kTileDepth<T>; ++k) {
    for (size_t c = 0; c < channels; ++c) tile[c * kTileDepth<T> + k] = pixels[k][channel + c];
  }
}

}  // namespace

void transpose_pixels(const Bf16* const* pixels, size_t channel, size_t channels, Bf16* tile) {
  const bool whole = channels == kTileRows && uses_avx512();
  whole ? transpose_pixels_avx512(pixels, channel, tile)
        : transpose_pixels_plainly(pixels, channel, channels, tile);
}

void transpose_pixels(const float* const* pixels, size_t channel, size_t channels, float* tile) {
  const bool whole = channels == kTileRows && uses_avx512();
  whole ? transpose_pixels_avx512(pixels, channel, tile)
        : transpose_pixels_plainly(pixels, channel, channels, tile);
}

namespace {

// `blocks`: whether blocks of 16 columns are left to AVX-512.
template <class T>
void transpose_in_blocks(const T* in, size_t in_stride, size_t rows, size_t columns, T* out,
                         size_t out_stride, bool blocks) {
  const size_t whole = blocks ? columns / 16 * 16 : 0;
  for (size_t column = 0; column < whole; column += 16) {
    for (size_t row = 0; row < rows; row += kTileDepth<T>) {
      transpose_block_avx512(in + row * in_stride + column, in_stride,
                             out + column * out_stride + row, out_stride);
    }
  }
  for (size_t column = whole; column < columns; ++column) {
    for (size_t row = 0; row < rows; ++row) {
      out[column * out_stride + row] = in[row * in_stride + column];
    }
  }
}

}  // namespace

void transpose(const Bf16* in, size_t in_stride, size_t rows, size_t columns, Bf16* out,
               size_t out_stride) {
  transpose_in_blocks(in, in_stride, rows, columns, out, out_stride, uses_avx512());
}

void transpose(const float* in, size_t in_stride, size_t rows, size_t columns, float* out,
               size_t out_stride) {
  transpose_in_blocks(in, in_stride, rows, columns, out, out_stride, uses_avx512());
}

void tile_rows(const Bf16* in, size_t stride, Bf16* tile) {
  if (uses_avx512()) return tile_rows_avx512(in, stride, tile);
  for (size_t row = 0; row < kDepth; ++row) {
    for (size_t c = 0; c < kTileColumns; ++c) *element(tile, row, c) = in[row * stride + c];
  }
}

void tile_rows(const float* in, size_t stride, float* tile) {
  pack_tile(in, stride, kFloatDepth, kTileColumns, tile);
}

void pack_tile(const float* in, size_t stride, size_t rows, size_t columns, float* tile) {
  if (rows < kFloatDepth || columns < kTileColumns) std::fill_n(tile, kTileSize<float>, 0.0f);
  for (size_t k = 0; k < rows; ++k) std::copy_n(in + k * stride, columns, tile + k * kTileColumns);
}

void pack_tile_transposed(const float* in, size_t stride, size_t rows, size_t columns,
                          float* tile) {
  if (rows == kFloatDepth && columns == kTileColumns) {
    return transpose(in, stride, kTileColumns, kFloatDepth, tile, kTileColumns);
  }
  std::fill_n(tile, kTileSize<float>, 0.0f);
  for (size_t n = 0; n < columns; ++n) {
    for (size_t k = 0; k < rows; ++k) tile[k * kTileColumns + n] = in[n * stride + k];
  }
}

}  // namespace belamy::kernels
