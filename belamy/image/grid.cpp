#include "belamy/image/grid.h"

#include <algorithm>
#include <cmath>

#include "belamy/core/error.h"
#include "belamy/image/png.h"

namespace belamy {
namespace {

constexpr uint8_t kGapGrey = 128;
constexpr int64_t kComfortableSide = 512;
constexpr int64_t kMaxAutomaticZoom = 4;

void check(const ImageBatch& batch, const GridOptions& options) {
  const int64_t expected = batch.count * batch.height * batch.width * batch.channels;
  const bool empty = std::min({batch.count, batch.height, batch.width, batch.channels}) < 1;
  if (empty || static_cast<size_t>(expected) != batch.pixels.size()) {
    fail(ErrorKind::kShape,
         "a grid of {}x{}x{}x{} [N, H, W, C] bytes needs {} (at least 1), got {}", batch.count,
         batch.height, batch.width, batch.channels, expected, batch.pixels.size());
  }
  const auto within = [](int64_t value) { return value >= 0 && value <= kMaxImageSide; };
  if (!within(options.columns) || !within(options.gap) || !within(options.zoom)) {
    fail(ErrorKind::kUsage, "a grid's columns, gap and zoom must be 0..{}, got {}, {} and {}",
         kMaxImageSide, options.columns, options.gap, options.zoom);
  }
}

int64_t choose_columns(int64_t count, int64_t asked) {
  if (asked > 0) return std::min(asked, count);
  return static_cast<int64_t>(std::sqrt(static_cast<double>(count)));
}

int64_t side_of(int64_t cells, int64_t cell, int64_t zoom, int64_t gap) {
  return cells * cell * zoom + (cells - 1) * gap;
}

int64_t choose_zoom(int64_t rows, int64_t columns, const ImageBatch& batch,
                    const GridOptions& options) {
  if (options.zoom > 0) return options.zoom;
  int64_t zoom = 1;
  while (zoom < kMaxAutomaticZoom &&
         std::max(side_of(rows, batch.height, zoom + 1, options.gap),
                  side_of(columns, batch.width, zoom + 1, options.gap)) <= kComfortableSide) {
    ++zoom;
  }
  return zoom;
}

// Draws one picture (none: black) with its top left pixel at (top, left).
void draw_cell(const ImageBatch& batch, int64_t index, int64_t zoom, int64_t top, int64_t left,
               Image& out) {
  const int64_t channels = batch.channels;
  const uint8_t* picture = index < batch.count
                               ? batch.pixels.data() + index * batch.height * batch.width * channels
                               : nullptr;
  for (int64_t y = 0; y < batch.height * zoom; ++y) {
    uint8_t* to = out.pixels.data() + ((top + y) * out.width + left) * channels;
    for (int64_t x = 0; x < batch.width * zoom; ++x, to += channels) {
      for (int64_t c = 0; c < channels; ++c) {
        to[c] = picture == nullptr ? uint8_t{0}
                                   : picture[((y / zoom) * batch.width + x / zoom) * channels + c];
      }
    }
  }
}

}  // namespace

Image make_grid(const ImageBatch& batch, const GridOptions& options) {
  check(batch, options);
  const int64_t columns = choose_columns(batch.count, options.columns);
  const int64_t rows = (batch.count + columns - 1) / columns;
  const int64_t zoom = choose_zoom(rows, columns, batch, options);
  const int64_t height = side_of(rows, batch.height, zoom, options.gap);
  const int64_t width = side_of(columns, batch.width, zoom, options.gap);
  if (std::max(height, width) > kMaxImageSide) {
    fail(ErrorKind::kData,
         "a grid of {} pictures would be {}x{} pixels, more than {} a side; try fewer pictures",
         batch.count, height, width, kMaxImageSide);
  }
  Image out = blank_image(height, width, batch.channels, kGapGrey);
  for (int64_t index = 0; index < rows * columns; ++index) {
    const int64_t top = (index / columns) * (batch.height * zoom + options.gap);
    const int64_t left = (index % columns) * (batch.width * zoom + options.gap);
    draw_cell(batch, index, zoom, top, left, out);
  }
  return out;
}

}  // namespace belamy
