// Works through a block of rows in tiles that stay in the first-level cache: a tile becomes floats
// and loses what dropout drops, the caller computes with it, and it is stored. So what a kernel
// computes is compiled once, and not for each element type and mask. Included by kernel sources,
// once an instruction set: the guard toggles instead of closing.
#if defined(BELAMY_KERNELS_ROW_TILES_INL_H_) == defined(HWY_TARGET_TOGGLE)
#ifdef BELAMY_KERNELS_ROW_TILES_INL_H_
#undef BELAMY_KERNELS_ROW_TILES_INL_H_
#else
#define BELAMY_KERNELS_ROW_TILES_INL_H_
#endif

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstring>

#include "belamy/kernels/bf16-inl.h"
#include "belamy/kernels/philox-inl.h"
#include "belamy/kernels/row_blocks.h"
#include "belamy/kernels/vectors-inl.h"
#include "hwy/highway.h"

HWY_BEFORE_NAMESPACE();
namespace belamy::kernels {
namespace HWY_NAMESPACE {
namespace hn = hwy::HWY_NAMESPACE;

/// `size` contiguous elements from flat index `begin`: `rows` whole rows (`width` is then the
/// number of channels), or `width` channels from `channel` of one row.
struct RowTile {
  size_t begin, rows, channel, width;

  size_t size() const { return rows * width; }
};

/// Calls body(tile) for each tile of the block, in order. Each tile's Philox words fit kTileWords
/// even where the tile does not begin on a whole block.
template <class Body>
HWY_INLINE void for_row_tiles(RowBlock block, const Body& body) {
  const bool aligned = block.channels % 4 == 0;
  const size_t most = aligned ? kTileWords : kTileWords - 3;
  const size_t piece = aligned ? kTileWords : kTileWords - 64;  // whole vectors
  const size_t rows = std::max(most / block.channels, size_t{1});
  const size_t width = block.channels <= most ? block.channels : piece;
  const size_t end = block.first_row + block.rows;
  for (size_t row = block.first_row; row < end; row += rows) {
    for (size_t channel = 0; channel < block.channels; channel += width) {
      body(RowTile{row * block.channels + channel, std::min(rows, end - row), channel,
                   std::min(width, block.channels - channel)});
    }
  }
}

/// Calls body(row, end) for groups of few rows: sums over groups of sums over their rows keep more
/// digits than sums over rows.
template <class Body>
HWY_INLINE void for_row_groups(size_t rows, const Body& body) {
  constexpr size_t kGroup = 16;
  for (size_t row = 0; row < rows; row += kGroup) body(row, std::min(row + kGroup, rows));
}

/// Where a tile lives as floats. Vectors may run past its end.
struct TileRoom {
  HWY_ALIGN float values[kTileWords + kChannelPadding] = {};
};

/// Elements of the flat index that a mask keeps.
class TileMask {
 public:
  HWY_INLINE TileMask(const DropoutMask& mask, const RowTile& tile) : rate_(mask.rate) {
    if (!drops()) return;
    const size_t skipped = tile.begin % 4, words = skipped + tile.size();
    philox_tile(mask.key, mask.first_block + tile.begin / 4, (words + 3) / 4, room_);
    words_ = room_ + skipped;
  }
  TileMask(const TileMask&) = delete;
  TileMask& operator=(const TileMask&) = delete;

  bool drops() const { return rate_ > 0.0f; }

  /// Element `i` of the tile and those after it, scaled or dropped as dropout.h says.
  template <class D, class V>
  HWY_INLINE V apply(D d, V value, size_t i) const {
    const hn::RebindToUnsigned<D> d_bits;
    const auto kept = hn::Ge(unit_floats(d, hn::LoadU(d_bits, words_ + i)), hn::Set(d, rate_));
    const V scaled = hn::Mul(value, hn::Set(d, 1.0f / (1.0f - rate_)));
    return hn::IfThenElseZero(kept, scaled);
  }

 private:
  float rate_;
  const uint32_t* words_ = nullptr;
  HWY_ALIGN uint32_t room_[kTileWords];
};

/// Whether vectors along the channels end where the rows do.
HWY_INLINE bool whole_vectors(const RowTile& tile) {
  return tile.width % hn::Lanes(hn::ScalableTag<float>()) == 0;
}

template <class In, class Out>
HWY_INLINE void copy_tile(const In* in, Out* out, const RowTile& tile, const DropoutMask& dropout) {
  const TileMask mask(dropout, tile);
  if (mask.drops()) {
    for_vectors<float>(tile.size(), [&](auto d, size_t i) HWY_ATTR {
      store_float(mask.apply(d, load_float(d, in + i), i), d, out + i);
    });
  } else {
    for_vectors<float>(tile.size(), [&](auto d, size_t i) HWY_ATTR {
      store_float(load_float(d, in + i), d, out + i);
    });
  }
}

/// The tile of `tensor` after dropout: in the room, or where it is if it can be used there.
template <class T>
HWY_INLINE const float* load_tile(const T* tensor, const RowTile& tile, const DropoutMask& dropout,
                                  TileRoom& room) {
  if constexpr (sizeof(T) == sizeof(float)) {
    if (dropout.rate == 0.0f && whole_vectors(tile)) return tensor + tile.begin;
  }
  copy_tile(tensor + tile.begin, room.values, tile, dropout);
  return room.values;
}

/// Calls fill(out), which writes the tile's floats in order and may run past its end, and stores
/// them to `tensor` after dropout.
template <class T, class Fill>
HWY_INLINE void store_tile(T* tensor, const RowTile& tile, const DropoutMask& dropout,
                           TileRoom& room, const Fill& fill) {
  if constexpr (sizeof(T) == sizeof(float)) {
    if (dropout.rate == 0.0f && whole_vectors(tile)) return fill(tensor + tile.begin);
  }
  fill(room.values);
  copy_tile(room.values, tensor + tile.begin, tile, dropout);
}

}  // namespace HWY_NAMESPACE
}  // namespace belamy::kernels
HWY_AFTER_NAMESPACE();

#endif  // BELAMY_KERNELS_ROW_TILES_INL_H_
