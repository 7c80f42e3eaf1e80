#include "belamy/kernels/correlation.h"

#include <algorithm>

#include "belamy/kernels/aligned_buffer.h"

namespace belamy::kernels {
namespace {

// One axis of the gradient with respect to the input. Input i got its share from outputs
// (i + pad - k) / stride for the kernel positions k that leave no remainder: with q = i + pad, from
// q / stride - t for k = q % stride + t * stride.
struct GradientAxis {
  size_t length, kernel, stride, pad, out_length;

  size_t taps(size_t residue) const {
    return residue < kernel ? (kernel - residue + stride - 1) / stride : 0;
  }
  size_t most_taps() const { return taps(0); }

  // First input of that residue of q.
  size_t first(size_t residue) const { return (residue + stride - pad % stride) % stride; }
  size_t count(size_t residue) const {
    return first(residue) < length ? (length - first(residue) + stride - 1) / stride : 0;
  }

  // Where output 0 lies in the padded source, so that no tap of any residue starts before it.
  size_t source_pad() const {
    const size_t lowest = pad / stride;  // q / stride of input 0, the least there is
    return most_taps() - 1 > lowest ? most_taps() - 1 - lowest : 0;
  }
  size_t padded_length() const {
    const size_t highest = (length - 1 + pad) / stride;
    return std::max(source_pad() + out_length, highest + source_pad() + 1);
  }
  // The padded source position that tap `taps - 1` of the first input looks at.
  size_t source(size_t residue) const {
    return (first(residue) + pad) / stride + source_pad() - (taps(residue) - 1);
  }
};

CorrelationPhase gradient_phase(const GradientAxis& rows, const GradientAxis& columns,
                                size_t row_residue, size_t column_residue) {
  CorrelationPhase phase;
  phase.rows = rows.count(row_residue);
  phase.columns = columns.count(column_residue);
  phase.first_row = rows.first(row_residue);
  phase.first_column = columns.first(column_residue);
  const size_t row_taps = rows.taps(row_residue), column_taps = columns.taps(column_residue);
  if (row_taps == 0 || column_taps == 0) return phase;
  phase.source_row = rows.source(row_residue);
  phase.source_column = columns.source(column_residue);
  for (size_t r = 0; r < row_taps; ++r) {
    for (size_t c = 0; c < column_taps; ++c) {
      const size_t kernel_row = row_residue + (row_taps - 1 - r) * rows.stride;
      const size_t kernel_column = column_residue + (column_taps - 1 - c) * columns.stride;
      phase.taps.push_back({r, c, kernel_row * columns.kernel + kernel_column});
    }
  }
  return phase;
}

}  // namespace

Correlation forward_correlation(const ConvolutionGeometry& g) {
  Correlation correlation{.source_rows = g.in_rows,
                          .source_columns = g.in_columns,
                          .source_channels = g.in_channels,
                          .pad_top = g.pad_top,
                          .pad_left = g.pad_left,
                          .source_row_step = g.stride_rows,
                          .source_column_step = g.stride_columns,
                          .out_rows = g.out_rows,
                          .out_columns = g.out_columns,
                          .out_channels = g.out_channels,
                          .phases = {}};
  correlation.padded_rows =
      std::max(g.pad_top + g.in_rows, (g.out_rows - 1) * g.stride_rows + g.kernel_rows);
  const size_t columns = std::max(g.pad_left + g.in_columns,
                                  (g.out_columns - 1) * g.stride_columns + g.kernel_columns);
  correlation.padded_columns = round_up(columns, g.stride_columns);
  CorrelationPhase phase{.rows = g.out_rows, .columns = g.out_columns, .taps = {}};
  for (size_t r = 0; r < g.kernel_rows; ++r) {
    for (size_t c = 0; c < g.kernel_columns; ++c) {
      phase.taps.push_back({r, c, r * g.kernel_columns + c});
    }
  }
  correlation.phases.push_back(std::move(phase));
  return correlation;
}

Correlation input_gradient_correlation(const ConvolutionGeometry& g) {
  const GradientAxis rows{g.in_rows, g.kernel_rows, g.stride_rows, g.pad_top, g.out_rows};
  const GradientAxis columns{g.in_columns, g.kernel_columns, g.stride_columns, g.pad_left,
                             g.out_columns};
  Correlation correlation{.source_rows = g.out_rows,
                          .source_columns = g.out_columns,
                          .source_channels = g.out_channels,
                          .pad_top = rows.source_pad(),
                          .pad_left = columns.source_pad(),
                          .padded_rows = rows.padded_length(),
                          .padded_columns = columns.padded_length(),
                          .out_rows = g.in_rows,
                          .out_columns = g.in_columns,
                          .out_channels = g.in_channels,
                          .row_step = g.stride_rows,
                          .column_step = g.stride_columns,
                          .phases = {}};
  for (size_t r = 0; r < g.stride_rows; ++r) {
    for (size_t c = 0; c < g.stride_columns; ++c) {
      CorrelationPhase phase = gradient_phase(rows, columns, r, c);
      if (phase.rows > 0 && phase.columns > 0) correlation.phases.push_back(std::move(phase));
    }
  }
  return correlation;
}

}  // namespace belamy::kernels
