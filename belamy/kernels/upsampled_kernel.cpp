#include "belamy/kernels/upsampled_kernel.h"

#include <algorithm>
#include <vector>

namespace belamy::kernels {
namespace {

// A square of 16 rows is read and written within the first-level cache.
constexpr size_t kBlock = 16;

/// to[column][row] = from[row][column], with so many values from one row to the next.
void transpose(const float* from, size_t from_stride, size_t rows, size_t columns, float* to,
               size_t to_stride) {
  for (size_t first_row = 0; first_row < rows; first_row += kBlock) {
    const size_t last_row = std::min(first_row + kBlock, rows);
    for (size_t first = 0; first < columns; first += kBlock) {
      const size_t last = std::min(first + kBlock, columns);
      for (size_t row = first_row; row < last_row; ++row) {
        for (size_t column = first; column < last; ++column) {
          to[column * to_stride + row] = from[row * from_stride + column];
        }
      }
    }
  }
}

/// Calls meet(tap, wide tap) for every pair of a tap of the kernel and one of the wide kernel that
/// its weight is part of: output row Y sees row u of the kernel at upsampled row Y + u - P, which
/// is a copy, the a-th, of source row i = (Y + u - P - a) / factor; the transposed convolution
/// meets that source row by its row p = Y - i * factor + (rows - 1 - P) = rows - 1 + a - u.
template <class Meet>
void for_meetings(const UpsampledKernel& s, const Meet& meet) {
  for (size_t u = 0; u < s.rows; ++u) {
    for (size_t v = 0; v < s.columns; ++v) {
      for (size_t a = 0; a < s.row_factor; ++a) {
        for (size_t b = 0; b < s.column_factor; ++b) {
          const size_t p = s.rows - 1 + a - u, q = s.columns - 1 + b - v;
          meet(u * s.columns + v, p * s.wide_columns() + q);
        }
      }
    }
  }
}

void add(const float* from, float* sum, size_t count) {
#pragma omp simd
  for (size_t i = 0; i < count; ++i) sum[i] += from[i];
}

}  // namespace

void widen_kernel(const float* kernel, const UpsampledKernel& s, float* wide) {
  const size_t taps = s.rows * s.columns, wide_taps = s.wide_rows() * s.wide_columns();
  std::vector<float> turned(s.size());  // [channels][taps][filters]
#pragma omp parallel
  {
#pragma omp for
    for (size_t tap = 0; tap < taps; ++tap) {
      transpose(kernel + tap * s.channels, taps * s.channels, s.filters, s.channels,
                turned.data() + tap * s.filters, taps * s.filters);
    }
#pragma omp for
    for (size_t channel = 0; channel < s.channels; ++channel) {
      const float* from = turned.data() + channel * taps * s.filters;
      float* to = wide + channel * wide_taps * s.filters;
      std::fill_n(to, wide_taps * s.filters, 0.0f);
      for_meetings(s, [&](size_t tap, size_t wide_tap) {
        add(from + tap * s.filters, to + wide_tap * s.filters, s.filters);
      });
    }
  }
}

void narrow_gradient(const float* wide, const UpsampledKernel& s, float* kernel) {
  const size_t taps = s.rows * s.columns, wide_taps = s.wide_rows() * s.wide_columns();
  std::vector<float> turned(s.size());  // [channels][taps][filters]
#pragma omp parallel
  {
#pragma omp for
    for (size_t channel = 0; channel < s.channels; ++channel) {
      const float* from = wide + channel * wide_taps * s.filters;
      float* to = turned.data() + channel * taps * s.filters;
      for_meetings(s, [&](size_t tap, size_t wide_tap) {
        add(from + wide_tap * s.filters, to + tap * s.filters, s.filters);
      });
    }
#pragma omp for
    for (size_t tap = 0; tap < taps; ++tap) {
      transpose(turned.data() + tap * s.filters, taps * s.filters, s.channels, s.filters,
                kernel + tap * s.channels, taps * s.channels);
    }
  }
}

}  // namespace belamy::kernels
