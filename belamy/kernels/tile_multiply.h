// Products of tiles with sums in float32: what everything fast here is made of. A tile of A is up
// to 16 rows of 64 bytes, a tile of B 16 rows of 64 bytes, and a product adds A times B to 16 × 16
// floats. Of float, B is 16 rows of 16 columns; of bfloat16 it is 32 rows, held as 16 rows of
// pairs, B[2r][c] beside B[2r + 1][c].
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>

#include "belamy/kernels/bf16.h"
#include "belamy/kernels/bf16_unit.h"
#include "belamy/kernels/dispatch.h"

namespace belamy::kernels {

inline constexpr size_t kTileRows = 16;
inline constexpr size_t kTileColumns = 16;

/// Values multiplied and added in a step.
template <class T>
inline constexpr size_t kTileDepth = 64 / sizeof(T);

/// Rows of B that one row of its tiles holds.
template <class T>
inline constexpr size_t kTilePacking = sizeof(float) / sizeof(T);

/// Rows whose sums fit the registers of AVX-512: vectors take tiles of A of so many without cutting
/// them in two, a tenth faster in float than whole ones.
inline constexpr size_t kVectorRows = 14;

/// Rows of a tile of B.
template <class T>
inline constexpr size_t kTileRowsOfB = kTileDepth<T> / kTilePacking<T>;

/// Whether products of T are a unit's that loads whole tiles: 16 rows of B at equal distances,
/// where vectors load one by one from anywhere.
template <class T>
bool runs_on_tiles() {
  return kTilePacking<T> > 1 && bf16_unit() == Bf16Unit::kTiles;
}

/// How many rows each tile of A has best, where `rows` are cut into tiles of equal height.
template <class T>
size_t tile_height(size_t rows) {
  const size_t most = runs_on_tiles<T>() ? kTileRows : kVectorRows;
  const size_t tiles = (rows + most - 1) / most;
  return runs_on_tiles<T>() ? std::min(rows, kTileRows) : (rows + tiles - 1) / tiles;
}

/// Values of a tile of B.
template <class T>
inline constexpr size_t kTileSize = kTileDepth<T>* kTileColumns;

/// Rows, depth and columns in bytes from the operand's start. The sum over `steps` of
/// A(a[i] + a_offsets[step]) times B(b + step's offset + j * b_second), for i < a_tiles and
/// j < b_tiles, goes to c[i] + j * kTileColumns. Rows of B anywhere (b_rows) and rows of A whose
/// values do not lie side by side (a_value_stride) cost a unit that loads whole tiles its use:
/// vectors take such products then.
template <class T>
struct TileProduct {
  const T* a[2] = {nullptr, nullptr};
  const T* b = nullptr;
  float* c[2] = {nullptr, nullptr};
  const int32_t* a_offsets = nullptr;
  const int32_t* b_offsets = nullptr;  // null: step * b_step
  const int32_t* b_rows = nullptr;  // instead of b_offsets: of each row of B's tiles, step by step
  ptrdiff_t a_stride = 0;
  ptrdiff_t a_value_stride = 4;  // of bfloat16 from pair to pair
  ptrdiff_t b_stride = 64;
  ptrdiff_t b_second = 1024;
  ptrdiff_t b_step = 2048;
  ptrdiff_t c_stride = 0;
  size_t steps = 0;
  int a_tiles = 2;
  int b_tiles = 2;
  bool accumulate = false;  // add to what c holds
};

/// Steps of B that two columns of tiles keep in the first-level cache while tiles of A pass by.
inline constexpr size_t kCachedSteps = 12;

/// The steps [first, first + count) of a product, added to what the ones before them left in C.
template <class T>
TileProduct<T> slice_of(TileProduct<T> product, size_t first, size_t count) {
  const auto bytes = static_cast<ptrdiff_t>(first) * product.b_step;
  product.b = reinterpret_cast<const T*>(reinterpret_cast<const char*>(product.b) + bytes);
  product.a_offsets += first;
  product.steps = count;
  product.accumulate = product.accumulate || first > 0;
  return product;
}

/// The use of tiles by one thread: each A tile has `rows` rows (1 to 16) until the next
/// configure(). Products of bfloat16 are bf16_unit()'s, or plain code's, slowly. Those of float run
/// on whatever vectors there are.
template <class T>
class TileSession;

template <>
class TileSession<Bf16> {
 public:
  explicit TileSession(size_t rows);
  ~TileSession();
  TileSession(const TileSession&) = delete;
  TileSession& operator=(const TileSession&) = delete;

  void configure(size_t rows);
  void multiply(const TileProduct<Bf16>& product) const;

 private:
  Bf16Unit unit_;
  size_t rows_ = 0;
};

template <>
class TileSession<float> {
 public:
  explicit TileSession(size_t rows) : rows_(rows) { apply_simd_environment(); }

  void configure(size_t rows) { rows_ = rows; }
  void multiply(const TileProduct<float>& product) const;

 private:
  size_t rows_;
};

}  // namespace belamy::kernels
