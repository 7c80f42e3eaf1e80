#include "belamy/kernels/winograd_axis.h"

#include <algorithm>

namespace belamy::kernels {
namespace {

// A residue's taps in threes and twos.
bool cut_taps(size_t residue, size_t count, std::vector<WinogradTaps>& taps) {
  if (count < 2) return false;
  for (size_t first = 0; first < count;) {
    const size_t left = count - first;
    const size_t next = left == 2 || left == 4 ? 2 : 3;
    taps.push_back({residue, first, next});
    first += next;
  }
  return true;
}

// Twos, and threes as long as no single output is left.
void cut_outputs(size_t count, bool threes, std::vector<WinogradSegment>& segments) {
  for (size_t first = 0; first < count;) {
    const size_t left = count - first;
    const size_t next = threes && left != 2 && left != 4 ? 3 : 2;
    const size_t start = std::min(first, count - next);
    segments.push_back({start, next, first - start});
    first += next;
  }
}

}  // namespace

std::optional<WinogradAxis> WinogradAxis::plan(size_t outputs, size_t taps, size_t step) {
  if (outputs < 2) return std::nullopt;
  WinogradAxis axis;
  for (size_t residue = 0; residue < step; ++residue) {
    const size_t count = residue < taps ? (taps - residue + step - 1) / step : 0;
    if (!cut_taps(residue, count, axis.taps)) return std::nullopt;
  }
  // Three outputs of three taps would take a fifth point.
  const bool threes =
      std::all_of(axis.taps.begin(), axis.taps.end(), [](const auto& t) { return t.count == 2; });
  cut_outputs(outputs, threes, axis.segments);
  return axis;
}

}  // namespace belamy::kernels
