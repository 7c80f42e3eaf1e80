// Splits [rows, channels] into blocks of rows, for kernels that sum over the rows. Internal to
// belamy/kernels.
#pragma once

#include <algorithm>
#include <cstddef>
#include <memory>
#include <span>

#include "belamy/kernels/chunks.h"
#include "belamy/kernels/normalization.h"

namespace belamy::kernels {

struct RowBlock {
  size_t first_row, rows, channels;
};

/// Floats that follow each array of channels, so that kernels handle its last few in a full vector.
inline constexpr size_t kChannelPadding = 64;

/// Rows a block: kChunk elements, but few enough rows to sum in float and enough that the sums are
/// small beside the block.
constexpr size_t rows_a_block(NormalizationShape shape) {
  return std::clamp(kChunk / std::max<size_t>(shape.channels, 1), size_t{8}, size_t{512});
}

constexpr size_t row_block_count(NormalizationShape shape) {
  return (shape.rows + rows_a_block(shape) - 1) / rows_a_block(shape);
}

/// Calls body(number, block) for each block, in parallel when there are enough; see for_chunks.
template <class Body>
void for_row_blocks(NormalizationShape shape, const Body& body) {
  apply_simd_environment();
  const size_t rows = rows_a_block(shape), blocks = row_block_count(shape);
#pragma omp parallel for schedule(dynamic) if (blocks >= kSerialChunks)
  for (size_t number = 0; number < blocks; ++number) {
    const size_t first = number * rows;
    body(number, RowBlock{first, std::min(rows, shape.rows - first), shape.channels});
  }
}

/// `count` arrays of channels, each padded; not initialised.
class ChannelArrays {
 public:
  ChannelArrays(size_t count, size_t channels)
      : stride_(channels + kChannelPadding),
        values_(std::make_unique_for_overwrite<float[]>(count * stride_)) {}

  float* operator[](size_t number) { return values_.get() + number * stride_; }
  const float* operator[](size_t number) const { return values_.get() + number * stride_; }

  /// Makes array `number` a copy of `channels`, with zeros after it.
  void set(size_t number, std::span<const float> channels) {
    float* end = std::ranges::copy(channels, (*this)[number]).out;
    std::fill(end, (*this)[number] + stride_, 0.0f);
  }

 private:
  size_t stride_;
  std::unique_ptr<float[]> values_;
};

}  // namespace belamy::kernels
