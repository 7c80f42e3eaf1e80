// Products of float tiles (tile_multiply.h): sums stay in registers while all steps go by, a few
// rows of A at a time, broadcast value by value against whole vectors of B's columns.
#include <utility>

#include "belamy/kernels/dispatch.h"
#include "belamy/kernels/tile_multiply.h"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "belamy/kernels/tile_multiply_float.cpp"
// clang-format off
#include "hwy/foreach_target.h"  // re-includes this file; must come before highway.h
#include "hwy/highway.h"
// clang-format on

HWY_BEFORE_NAMESPACE();
namespace belamy::kernels {
namespace HWY_NAMESPACE {
namespace hn = hwy::HWY_NAMESPACE;

using Floats = hn::CappedTag<float, kTileColumns>;

// Sums that fit the registers beside two vectors of B and one broadcast value: of 32 registers
// where vectors have 16 lanes, else of 16.
constexpr size_t kMostRows = HWY_MAX_BYTES >= 64 ? kVectorRows : 6;

HWY_INLINE const float* at_byte(const float* start, ptrdiff_t offset) {
  const void* moved = reinterpret_cast<const char*>(start) + offset;
  return static_cast<const float*>(moved);
}

// A block of a product: rows of one tile of A, one or two vectors of columns whose values lie
// `second` bytes apart in B and `second_column` floats apart in C.
struct Block {
  const float* a;
  const float* b;
  float* c;
  ptrdiff_t second;
  ptrdiff_t second_column;
};

// The sums of one row: in registers, as long as nothing takes their addresses or indexes them by
// what is not constant. So rows are a pack, not a loop.
template <size_t Vectors>
struct RowSums {
  hn::Vec<Floats> first, second;

  HWY_INLINE void load(const Block& block, ptrdiff_t offset, bool accumulate) {
    const Floats d;
    first = accumulate ? hn::LoadU(d, block.c + offset) : hn::Zero(d);
    second = first;
    if constexpr (Vectors == 2) {
      if (accumulate) second = hn::LoadU(d, block.c + offset + block.second_column);
    }
  }
  HWY_INLINE void store(const Block& block, ptrdiff_t offset) const {
    const Floats d;
    hn::StoreU(first, d, block.c + offset);
    if constexpr (Vectors == 2) hn::StoreU(second, d, block.c + offset + block.second_column);
  }
  HWY_INLINE void add(float a, hn::Vec<Floats> b, hn::Vec<Floats> second_b) {
    const auto value = hn::Set(Floats(), a);
    first = hn::MulAdd(value, b, first);
    if constexpr (Vectors == 2) second = hn::MulAdd(value, second_b, second);
  }
};

template <size_t Vectors, size_t... Row>
HWY_INLINE void multiply_block(const TileProduct<float>& p, const Block& block,
                               std::index_sequence<Row...>) {
  const Floats d;
  const ptrdiff_t c_stride = p.c_stride / static_cast<ptrdiff_t>(sizeof(float));
  RowSums<Vectors> sums[sizeof...(Row)];
  (sums[Row].load(block, static_cast<ptrdiff_t>(Row) * c_stride, p.accumulate), ...);
  for (size_t step = 0; step < p.steps; ++step) {
    const float* a = at_byte(block.a, p.a_offsets[step]);
    const float* start =
        at_byte(block.b, p.b_offsets != nullptr ? p.b_offsets[step]
                                                : static_cast<ptrdiff_t>(step) * p.b_step);
    const int32_t* anywhere = p.b_rows == nullptr ? nullptr : p.b_rows + step * kTileDepth<float>;
    for (size_t k = 0; k < kTileDepth<float>; ++k) {
      const float* b = anywhere == nullptr ? start : at_byte(block.b, anywhere[k]);
      const auto of_b = hn::LoadU(d, b);
      const auto second = Vectors == 2 ? hn::LoadU(d, at_byte(b, block.second)) : of_b;
      (sums[Row].add(*at_byte(a, static_cast<ptrdiff_t>(Row) * p.a_stride), of_b, second), ...);
      a = at_byte(a, p.a_value_stride);
      start = at_byte(start, p.b_stride);
    }
  }
  (sums[Row].store(block, static_cast<ptrdiff_t>(Row) * c_stride), ...);
}

template <size_t Vectors, size_t Rows = kMostRows>
void multiply_rows(const TileProduct<float>& p, const Block& block, size_t rows) {
  if constexpr (Rows > 0) {
    if (rows == Rows) {
      return multiply_block<Vectors>(p, block, std::make_index_sequence<Rows>());
    }
    multiply_rows<Vectors, Rows - 1>(p, block, rows);
  }
}

template <size_t Vectors>
void multiply_columns(const TileProduct<float>& p, Block block, size_t rows) {
  const size_t blocks = (rows + kMostRows - 1) / kMostRows;
  for (size_t i = 0; i < blocks; ++i) {
    const size_t begin = i * rows / blocks, end = (i + 1) * rows / blocks;
    Block part = block;
    part.a = at_byte(block.a, static_cast<ptrdiff_t>(begin) * p.a_stride);
    part.c += static_cast<ptrdiff_t>(begin) * p.c_stride / static_cast<ptrdiff_t>(sizeof(float));
    multiply_rows<Vectors>(p, part, end - begin);
  }
}

void multiply(const TileProduct<float>& p, size_t rows) {
  const size_t lanes = hn::Lanes(Floats());
  for (int i = 0; i < p.a_tiles; ++i) {
    if (lanes == kTileColumns) {
      const Block block{p.a[i], p.b, p.c[i], p.b_second, kTileColumns};
      p.b_tiles == 2 ? multiply_columns<2>(p, block, rows) : multiply_columns<1>(p, block, rows);
      continue;
    }
    const size_t columns = static_cast<size_t>(p.b_tiles) * kTileColumns;
    for (size_t column = 0; column < columns; column += 2 * lanes) {
      const auto tile = static_cast<ptrdiff_t>(column / kTileColumns);
      const float* b = at_byte(p.b, tile * p.b_second) + column % kTileColumns;
      const auto lane_bytes = static_cast<ptrdiff_t>(lanes * sizeof(float));
      multiply_columns<2>(
          p, {p.a[i], b, p.c[i] + column, lane_bytes, static_cast<ptrdiff_t>(lanes)}, rows);
    }
  }
}

}  // namespace HWY_NAMESPACE
}  // namespace belamy::kernels
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace belamy::kernels {

HWY_EXPORT(multiply);

void TileSession<float>::multiply(const TileProduct<float>& product) const {
  HWY_DYNAMIC_DISPATCH(multiply)(product, rows_);
}

}  // namespace belamy::kernels
#endif  // HWY_ONCE
