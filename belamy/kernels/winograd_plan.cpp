#include "belamy/kernels/winograd_plan.h"

#include <algorithm>

namespace belamy::kernels {
namespace {

constexpr size_t kEnoughTiles = 32;
constexpr size_t kFewWeights = size_t{1} << 21;

size_t taps_along(const CorrelationPhase& phase, size_t Tap::*axis) {
  size_t last = 0;
  for (const Tap& tap : phase.taps) last = std::max(last, tap.*axis);
  return last + 1;
}

size_t points_of(const WinogradSegment& segment, const std::vector<WinogradTaps>& all) {
  size_t points = 0;
  for (const WinogradTaps& taps : all) points = std::max(points, winograd_points(segment, taps));
  return points;
}

WinogradChunk make_chunk(const Correlation& shape, const CorrelationPhase& phase,
                         const WinogradTaps& rows, const WinogradTaps& columns) {
  const size_t row = rows.residue + rows.first * shape.source_row_step;
  const size_t column = columns.residue + columns.first * shape.source_column_step;
  WinogradChunk chunk{.rows = rows,
                      .columns = columns,
                      .source_row = phase.source_row + row,
                      .source_column = phase.source_column + column};
  const size_t tap_columns = taps_along(phase, &Tap::column);
  for (size_t r = 0; r < rows.count; ++r) {
    for (size_t c = 0; c < columns.count; ++c) {
      const size_t tap_row = row + r * shape.source_row_step;
      const size_t tap_column = column + c * shape.source_column_step;
      chunk.kernels[r * 3 + c] = phase.taps[tap_row * tap_columns + tap_column].kernel;
    }
  }
  return chunk;
}

}  // namespace

std::optional<WinogradPlan> WinogradPlan::of(const Correlation& shape,
                                             const CorrelationPhase& phase) {
  if (phase.taps.empty()) return std::nullopt;
  const auto rows =
      WinogradAxis::plan(phase.rows, taps_along(phase, &Tap::row), shape.source_row_step);
  const auto columns =
      WinogradAxis::plan(phase.columns, taps_along(phase, &Tap::column), shape.source_column_step);
  if (!rows || !columns) return std::nullopt;
  WinogradPlan plan;
  for (const WinogradTaps& of_rows : rows->taps) {
    for (const WinogradTaps& of_columns : columns->taps) {
      plan.chunks.push_back(make_chunk(shape, phase, of_rows, of_columns));
    }
  }
  for (const WinogradSegment& of_rows : rows->segments) {
    for (const WinogradSegment& of_columns : columns->segments) {
      const WinogradExtent points{points_of(of_rows, rows->taps),
                                  points_of(of_columns, columns->taps)};
      plan.tiles.push_back({of_rows, of_columns, points});
      for (WinogradChunk& chunk : plan.chunks) {
        for_points(extent_of(plan.tiles.back(), chunk),
                   [&](size_t point) { chunk.at_point[point] = true; });
      }
    }
  }
  return plan;
}

size_t WinogradPlan::products() const {
  size_t sum = 0;
  for (const WinogradTile& tile : tiles) {
    for (const WinogradChunk& chunk : chunks) {
      const WinogradExtent points = extent_of(tile, chunk);
      sum += points.rows * points.columns;
    }
  }
  return sum;
}

WinogradPlane<size_t> WinogradPlan::rows() const {
  WinogradPlane<size_t> rows = {};
  for (const WinogradTile& tile : tiles) for_points(tile.points, [&](size_t p) { ++rows[p]; });
  return rows;
}

bool WinogradPlan::is_worth_weights(size_t in_channels, size_t out_channels) const {
  size_t points = 0;
  for (const WinogradChunk& chunk : chunks) {
    points += static_cast<size_t>(std::count(chunk.at_point.begin(), chunk.at_point.end(), true));
  }
  return tiles.size() >= kEnoughTiles || points * in_channels * out_channels <= kFewWeights;
}

}  // namespace belamy::kernels
