#include "belamy/kernels/tile_multiply_vectors.h"

#if defined(__x86_64__)

#include <immintrin.h>

#include <utility>

// Everything from here on is compiled for AVX-512 with its products of bfloat16.
#if defined(__clang__)
#pragma clang attribute push(__attribute__((target("avx512f,avx512bw,avx512bf16"))), \
                             apply_to = function)
#else
#pragma GCC push_options
#pragma GCC target("avx512f,avx512bw,avx512bf16")
#endif

namespace belamy::kernels {
namespace {

// Beside two vectors of B and a broadcast pair.
constexpr size_t kMostRows = kVectorRows;

// Rows of one tile of A against one or two tiles of B. Bytes are counted from here.
struct Block {
  const char* a;
  const char* b;
  float* c;
};

// The sums of one row: in registers, as long as nothing takes their addresses or indexes them by
// what is not constant. So rows are a pack, not a loop.
template <int Columns>
struct RowSums {
  __m512 first, second;

  void load(const float* c, bool accumulate) {
    first = accumulate ? _mm512_loadu_ps(c) : _mm512_setzero_ps();
    second = _mm512_setzero_ps();
    if constexpr (Columns == 2) {
      if (accumulate) second = _mm512_loadu_ps(c + kTileColumns);
    }
  }
  void store(float* c) const {
    _mm512_storeu_ps(c, first);
    if constexpr (Columns == 2) _mm512_storeu_ps(c + kTileColumns, second);
  }
  void add(const char* a, __m512i b, __m512i second_b) {
    int pair;
    __builtin_memcpy(&pair, a, sizeof(pair));
    const auto of_a = reinterpret_cast<__m512bh>(_mm512_set1_epi32(pair));
    first = _mm512_dpbf16_ps(first, of_a, reinterpret_cast<__m512bh>(b));
    if constexpr (Columns == 2)
      second = _mm512_dpbf16_ps(second, of_a, reinterpret_cast<__m512bh>(second_b));
  }
};

template <int Columns, bool RowsAnywhere, size_t... Row>
void multiply_block(const TileProduct<Bf16>& p, const Block& block, std::index_sequence<Row...>) {
  constexpr size_t kPairs = kTileRowsOfB<Bf16>;
  const ptrdiff_t c_stride = p.c_stride / static_cast<ptrdiff_t>(sizeof(float));
  RowSums<Columns> sums[sizeof...(Row)];
  (sums[Row].load(block.c + static_cast<ptrdiff_t>(Row) * c_stride, p.accumulate), ...);
  for (size_t step = 0; step < p.steps; ++step) {
    const char* a = block.a + p.a_offsets[step];
    const char* b = block.b + (p.b_offsets != nullptr ? p.b_offsets[step]
                                                      : static_cast<ptrdiff_t>(step) * p.b_step);
    for (size_t pair = 0; pair < kPairs; ++pair, a += p.a_value_stride, b += p.b_stride) {
      if constexpr (RowsAnywhere) b = block.b + p.b_rows[step * kPairs + pair];
      const __m512i of_b = _mm512_loadu_si512(b);
      const __m512i second = Columns == 2 ? _mm512_loadu_si512(b + p.b_second) : of_b;
      (sums[Row].add(a + static_cast<ptrdiff_t>(Row) * p.a_stride, of_b, second), ...);
    }
  }
  (sums[Row].store(block.c + static_cast<ptrdiff_t>(Row) * c_stride), ...);
}

template <int Columns, bool RowsAnywhere, size_t Rows = kMostRows>
void multiply_rows(const TileProduct<Bf16>& p, const Block& block, size_t rows) {
  if constexpr (Rows > 0) {
    if (rows == Rows) {
      return multiply_block<Columns, RowsAnywhere>(p, block, std::make_index_sequence<Rows>());
    }
    multiply_rows<Columns, RowsAnywhere, Rows - 1>(p, block, rows);
  }
}

template <bool RowsAnywhere>
void multiply_columns(const TileProduct<Bf16>& p, const Block& block, size_t rows) {
  p.b_tiles == 2 ? multiply_rows<2, RowsAnywhere>(p, block, rows)
                 : multiply_rows<1, RowsAnywhere>(p, block, rows);
}

}  // namespace

void multiply_on_vectors(const TileProduct<Bf16>& p, size_t rows) {
  const size_t blocks = (rows + kMostRows - 1) / kMostRows;
  for (int i = 0; i < p.a_tiles; ++i) {
    for (size_t block = 0; block < blocks; ++block) {
      const size_t begin = block * rows / blocks, end = (block + 1) * rows / blocks;
      const auto first = static_cast<ptrdiff_t>(begin);
      const Block part{reinterpret_cast<const char*>(p.a[i]) + first * p.a_stride,
                       reinterpret_cast<const char*>(p.b), p.c[i] + first * p.c_stride / 4};
      p.b_rows == nullptr ? multiply_columns<false>(p, part, end - begin)
                          : multiply_columns<true>(p, part, end - begin);
    }
  }
}

}  // namespace belamy::kernels

#if defined(__clang__)
#pragma clang attribute pop
#else
#pragma GCC pop_options
#endif

#else

namespace belamy::kernels {

void multiply_on_vectors(const TileProduct<Bf16>&, size_t) {}

}  // namespace belamy::kernels

#endif
