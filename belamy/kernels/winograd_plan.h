// What minimal filtering (winograd_axis.h) makes of a correlation's phase: tiles of outputs, and
// chunks of taps that they are filtered by.
#pragma once

#include <array>
#include <optional>
#include <vector>

#include "belamy/kernels/correlation.h"
#include "belamy/kernels/winograd_axis.h"

namespace belamy::kernels {

/// Points of two dimensions, (row, column), are numbered row * kWinogradPoints + column.
inline constexpr size_t kWinogradPlane = kWinogradPoints * kWinogradPoints;

/// One value for each point of two dimensions.
template <class Value>
using WinogradPlane = std::array<Value, kWinogradPlane>;

/// Points of the two axes in use, each 3 or 4.
struct WinogradExtent {
  size_t rows = 0, columns = 0;
};

/// Calls body(point) for the points of an extent.
template <class Body>
void for_points(WinogradExtent points, const Body& body) {
  for (size_t row = 0; row < points.rows; ++row) {
    for (size_t column = 0; column < points.columns; ++column) body(row * kWinogradPoints + column);
  }
}

/// Taps of the two axes, up to 3 × 3.
struct WinogradChunk {
  WinogradTaps rows, columns;
  size_t source_row = 0, source_column = 0;  // of output (0, 0), in the padded source
  std::array<size_t, 9> kernels = {};        // of each tap, row * 3 + column
  WinogradPlane<bool> at_point = {};         // of any tile
};

/// Outputs of the two axes, 2 or 3 each, and the points of all their chunks.
struct WinogradTile {
  WinogradSegment rows, columns;
  WinogradExtent points;
};

struct WinogradPlan {
  std::vector<WinogradChunk> chunks;
  std::vector<WinogradTile> tiles;  // of an image

  /// None where the points do not suffice (WinogradAxis::plan).
  static std::optional<WinogradPlan> of(const Correlation& shape, const CorrelationPhase& phase);

  /// Products of a value of the source's with one of the output's channels, an image.
  size_t products() const;
  /// Values at points, of an image and one channel.
  WinogradPlane<size_t> rows() const;

  /// Whether an image has tiles enough for weights at the points, which are up to four times as
  /// many as taps, to be worth reading (and keeping) whatever the size of a batch; or they are few.
  bool is_worth_weights(size_t in_channels, size_t out_channels) const;
};

/// Points of a tile's products with a chunk.
constexpr WinogradExtent extent_of(const WinogradTile& tile, const WinogradChunk& chunk) {
  return {winograd_points(tile.rows, chunk.rows), winograd_points(tile.columns, chunk.columns)};
}

/// The pixels that a tile's points with a chunk are made of, in the plane's numbering; `outside`
/// stands for padding. image: [source_rows][source_columns][source_channels] of T or const T.
template <class T>
WinogradPlane<T*> winograd_pixels(const Correlation& shape, const WinogradTile& tile,
                                  const WinogradChunk& chunk, T* image, T* outside = nullptr) {
  WinogradPlane<T*> pixels;
  pixels.fill(outside);
  const WinogradExtent points = extent_of(tile, chunk);
  for (size_t r = 0; r < points.rows; ++r) {
    const size_t padded_row = chunk.source_row + (tile.rows.first + r) * shape.source_row_step;
    const size_t row = padded_row - shape.pad_top;  // wraps above the image
    if (row >= shape.source_rows) continue;
    for (size_t c = 0; c < points.columns; ++c) {
      const size_t padded_column =
          chunk.source_column + (tile.columns.first + c) * shape.source_column_step;
      const size_t column = padded_column - shape.pad_left;
      if (column >= shape.source_columns) continue;
      pixels[r * kWinogradPoints + c] =
          image + (row * shape.source_columns + column) * shape.source_channels;
    }
  }
  return pixels;
}

/// The outputs of a tile of a convolution likewise, each of which only one tile has; `outside`
/// stands for those that the tile repeats. image: [out_rows][out_columns][out_channels].
template <class T>
WinogradPlane<const T*> winograd_outputs_of(const ConvolutionGeometry& g, const WinogradTile& tile,
                                            const T* image, const T* outside) {
  WinogradPlane<const T*> outputs;
  outputs.fill(outside);
  for (size_t r = tile.rows.repeated; r < tile.rows.outputs; ++r) {
    for (size_t c = tile.columns.repeated; c < tile.columns.outputs; ++c) {
      const size_t pixel = (tile.rows.first + r) * g.out_columns + tile.columns.first + c;
      outputs[r * kWinogradPoints + c] = image + pixel * g.out_channels;
    }
  }
  return outputs;
}

}  // namespace belamy::kernels
