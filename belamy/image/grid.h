// Many small pictures as one: the sample grid.
#pragma once

#include <cstdint>
#include <span>

#include "belamy/image/image.h"

namespace belamy {

/// Pictures of one size, one after the other.
struct ImageBatch {
  int64_t count = 0;
  int64_t height = 0;
  int64_t width = 0;
  int64_t channels = 0;
  std::span<const uint8_t> pixels;  // [N, H, W, C]
};

struct GridOptions {
  int64_t columns = 0;  // 0: floor(sqrt(count)), as the seeds' combine_images
  int64_t gap = 0;      // pixels of mid-grey between pictures
  int64_t zoom = 1;     // each pixel becomes zoom x zoom; 0: up to 4, within 512 pixels a side
};

/// The pictures row by row, ceil(count / columns) rows; cells left over are black.
/// Throws kShape when the batch is empty or its bytes do not fit its shape, kUsage for options
/// outside 0..16384, and kData when the grid would exceed 16384 pixels a side.
Image make_grid(const ImageBatch& batch, const GridOptions& options = {});

}  // namespace belamy
