#include "belamy/kernels/tile_multiply.h"

#include "belamy/kernels/tile_multiply_vectors.h"

#if defined(__x86_64__)
#include <immintrin.h>
#endif

namespace belamy::kernels {
namespace {

#if defined(__x86_64__)

#define BELAMY_TILES __attribute__((target("amx-tile,amx-bf16")))

// Tiles 0 to 3 are sums, 4 and 5 of A, 6 and 7 of B.
struct alignas(64) TileConfiguration {
  uint8_t palette = 1;
  uint8_t start_row = 0;
  uint8_t reserved[14] = {};
  uint16_t bytes_a_row[16] = {64, 64, 64, 64, 64, 64, 64, 64};
  uint8_t rows[16] = {};
};

BELAMY_TILES void load_configuration(size_t rows) {
  TileConfiguration configuration;
  for (int tile = 0; tile < 6; ++tile) configuration.rows[tile] = static_cast<uint8_t>(rows);
  configuration.rows[6] = configuration.rows[7] = kTileRows;
  // The intrinsic tells gcc 12 of the first bytes only: this keeps the others' stores.
  asm volatile("" : : "r"(&configuration) : "memory");
  _tile_loadconfig(&configuration);
}

BELAMY_TILES void release_tiles() {
  _tile_release();
}

template <int ATiles, int BTiles>
BELAMY_TILES void multiply_amx(const TileProduct<Bf16>& p) {
  const auto* a0 = reinterpret_cast<const char*>(p.a[0]);
  const auto* a1 = reinterpret_cast<const char*>(p.a[1]);
  const auto* b = reinterpret_cast<const char*>(p.b);
  const auto c_stride = static_cast<size_t>(p.c_stride);
  if (p.accumulate) {
    _tile_loadd(0, p.c[0], c_stride);
    if constexpr (BTiles == 2) _tile_loadd(1, p.c[0] + kTileColumns, c_stride);
    if constexpr (ATiles == 2) _tile_loadd(2, p.c[1], c_stride);
    if constexpr (ATiles + BTiles == 4) _tile_loadd(3, p.c[1] + kTileColumns, c_stride);
  } else {
    _tile_zero(0);
    if constexpr (BTiles == 2) _tile_zero(1);
    if constexpr (ATiles == 2) _tile_zero(2);
    if constexpr (ATiles + BTiles == 4) _tile_zero(3);
  }
  const ptrdiff_t a_stride = p.a_stride, b_stride = p.b_stride;
  for (size_t step = 0; step < p.steps; ++step) {
    const ptrdiff_t offset = p.a_offsets[step];
    const char* of_b =
        b + (p.b_offsets != nullptr ? p.b_offsets[step] : static_cast<ptrdiff_t>(step) * p.b_step);
    _tile_loadd(4, a0 + offset, a_stride);
    _tile_loadd(6, of_b, b_stride);
    if constexpr (BTiles == 2) _tile_loadd(7, of_b + p.b_second, b_stride);
    if constexpr (ATiles == 2) _tile_loadd(5, a1 + offset, a_stride);
    _tile_dpbf16ps(0, 4, 6);
    if constexpr (BTiles == 2) _tile_dpbf16ps(1, 4, 7);
    if constexpr (ATiles == 2) _tile_dpbf16ps(2, 5, 6);
    if constexpr (ATiles + BTiles == 4) _tile_dpbf16ps(3, 5, 7);
  }
  _tile_stored(0, p.c[0], c_stride);
  if constexpr (BTiles == 2) _tile_stored(1, p.c[0] + kTileColumns, c_stride);
  if constexpr (ATiles == 2) _tile_stored(2, p.c[1], c_stride);
  if constexpr (ATiles + BTiles == 4) _tile_stored(3, p.c[1] + kTileColumns, c_stride);
}

void multiply_on_tiles(const TileProduct<Bf16>& p) {
  if (p.a_tiles == 2) {
    p.b_tiles == 2 ? multiply_amx<2, 2>(p) : multiply_amx<2, 1>(p);
  } else {
    p.b_tiles == 2 ? multiply_amx<1, 2>(p) : multiply_amx<1, 1>(p);
  }
}

#undef BELAMY_TILES

#else

void load_configuration(size_t) {}
void release_tiles() {}
void multiply_on_tiles(const TileProduct<Bf16>&) {}

#endif

template <class T>
T at_byte(const void* start, ptrdiff_t offset) {
  return *reinterpret_cast<const T*>(static_cast<const char*>(start) + offset);
}

ptrdiff_t row_of_b(const TileProduct<Bf16>& p, size_t step, size_t row) {
  if (p.b_rows != nullptr) return p.b_rows[step * kTileRowsOfB<Bf16> + row];
  const ptrdiff_t start =
      p.b_offsets != nullptr ? p.b_offsets[step] : static_cast<ptrdiff_t>(step) * p.b_step;
  return start + static_cast<ptrdiff_t>(row) * p.b_stride;
}

struct Bf16Pair {
  Bf16 low, high;
};

float dot(const TileProduct<Bf16>& p, int i, ptrdiff_t row, ptrdiff_t b_column) {
  float sum = 0;
  for (size_t step = 0; step < p.steps; ++step) {
    const ptrdiff_t a = p.a_offsets[step] + row * p.a_stride;
    for (size_t pair = 0; pair < kTileRowsOfB<Bf16>; ++pair) {
      const auto x = at_byte<Bf16Pair>(p.a[i], a + p.a_value_stride * static_cast<ptrdiff_t>(pair));
      const auto y = at_byte<Bf16Pair>(p.b, b_column + row_of_b(p, step, pair));
      sum += to_float(x.low) * to_float(y.low) + to_float(x.high) * to_float(y.high);
    }
  }
  return sum;
}

void multiply_plainly(const TileProduct<Bf16>& p, size_t rows) {
  for (int i = 0; i < p.a_tiles; ++i) {
    for (size_t row = 0; row < rows; ++row) {
      float* c = p.c[i] + static_cast<ptrdiff_t>(row) * p.c_stride / 4;
      for (size_t column = 0; column < p.b_tiles * kTileColumns; ++column) {
        const auto b_column = static_cast<ptrdiff_t>(column / kTileColumns) * p.b_second +
                              static_cast<ptrdiff_t>(column % kTileColumns) * 4;
        const float sum = dot(p, i, static_cast<ptrdiff_t>(row), b_column);
        c[column] = p.accumulate ? c[column] + sum : sum;
      }
    }
  }
}

}  // namespace

TileSession<Bf16>::TileSession(size_t rows) : unit_(bf16_unit()) {
  configure(rows);
}

TileSession<Bf16>::~TileSession() {
  if (unit_ == Bf16Unit::kTiles) release_tiles();
}

void TileSession<Bf16>::configure(size_t rows) {
  if (unit_ == Bf16Unit::kTiles && rows != rows_) load_configuration(rows);
  rows_ = rows;
}

void TileSession<Bf16>::multiply(const TileProduct<Bf16>& product) const {
  switch (unit_) {
    case Bf16Unit::kTiles:
      return product.b_rows == nullptr && product.a_value_stride == 4
                 ? multiply_on_tiles(product)
                 : multiply_on_vectors(product, rows_);
    case Bf16Unit::kVectors:
      return multiply_on_vectors(product, rows_);
    case Bf16Unit::kNone:
      return multiply_plainly(product, rows_);
  }
}

}  // namespace belamy::kernels
