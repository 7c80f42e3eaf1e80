// Products of bfloat16 tiles with sums in float32: the one instruction everything fast here is made
// of. A tile of A is up to 16 rows of 32 values; a tile of B holds 32 rows of 16 columns as 16 rows
// of pairs, B[2r][c] beside B[2r + 1][c]; a product adds A times B to 16 × 16 floats.
#pragma once

#include <cstddef>
#include <cstdint>

#include "belamy/kernels/bf16.h"

namespace belamy::kernels {

inline constexpr size_t kTileRows = 16;
inline constexpr size_t kTileColumns = 16;
inline constexpr size_t kTileDepth = 32;  // values multiplied and added in a step

/// Rows, depth and columns in bytes from the operand's start. The sum over `steps` of
/// A(a[i] + a_offsets[step]) times B(b + step's offset + j * b_second), for i < a_tiles and
/// j < b_tiles, goes to c[i] + j * kTileColumns.
struct TileProduct {
  const Bf16* a[2] = {nullptr, nullptr};
  const Bf16* b = nullptr;
  float* c[2] = {nullptr, nullptr};
  const int32_t* a_offsets = nullptr;
  const int32_t* b_offsets = nullptr;  // null: step * b_step
  ptrdiff_t a_stride = 0;
  ptrdiff_t b_stride = 64;
  ptrdiff_t b_second = 1024;
  ptrdiff_t b_step = 2048;
  ptrdiff_t c_stride = 0;
  size_t steps = 0;
  int a_tiles = 2;
  int b_tiles = 2;
  bool accumulate = false;  // add to what c holds
};

/// The use of tiles by one thread: each A tile has `rows` rows (1 to 16) until the next
/// configure(). On machines without AMX the same products are computed by plain code, slowly.
class TileSession {
 public:
  explicit TileSession(size_t rows);
  ~TileSession();
  TileSession(const TileSession&) = delete;
  TileSession& operator=(const TileSession&) = delete;

  void configure(size_t rows);
  void multiply(const TileProduct& product) const;

 private:
  bool amx_;
  size_t rows_ = 0;
};

}  // namespace belamy::kernels
