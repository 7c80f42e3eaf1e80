// One axis of a correlation by minimal filtering (Lavin and Gray 2016, "Fast Algorithms for
// Convolutional Neural Networks", after Winograd): F(m, r) computes m outputs of r taps as products
// at m + r - 1 points, where direct sums take m * r. Only the points 0, 1, -1 and infinity, whose
// transforms add and halve: more would cost bfloat16 its digits.
#pragma once

#include <cstddef>
#include <optional>
#include <vector>

namespace belamy::kernels {

/// The points in their order everywhere: 0, 1, infinity and, where there are four, -1.
inline constexpr size_t kWinogradPoints = 4;

/// Taps of one residue of the source's step that are filtered together: those at source positions
/// residue + (first + i) * step from where an output starts, for i < count, which is 2 or 3.
struct WinogradTaps {
  size_t residue = 0, first = 0, count = 0;
};

/// Outputs that are computed together: 2 or 3. The first `repeated` of them the segment before has
/// computed, too: where the last would end behind the axis.
struct WinogradSegment {
  size_t first = 0, outputs = 0, repeated = 0;
};

/// Points of a segment's products with those taps: 3 or 4.
constexpr size_t winograd_points(const WinogradSegment& segment, const WinogradTaps& taps) {
  return segment.outputs + taps.count - 1;
}

struct WinogradAxis {
  std::vector<WinogradTaps> taps;
  std::vector<WinogradSegment> segments;

  /// For `outputs` outputs of `taps` taps in a row, whose sources lie `step` apart. None where the
  /// points do not suffice: a single output, or taps of which one of a residue is left alone.
  static std::optional<WinogradAxis> plan(size_t outputs, size_t taps, size_t step);
};

}  // namespace belamy::kernels
