#include "belamy/kernels/patches.h"

#include <algorithm>

#include "belamy/kernels/bf16.h"

namespace belamy::kernels {
namespace {

// The columns of a kernel, begin to end, that fall inside the input when its first one falls on
// `start`.
struct Inside {
  size_t begin, end;
};

Inside inside(ptrdiff_t start, size_t kernel, size_t length) {
  const auto clamp = [&](ptrdiff_t value) {
    return static_cast<size_t>(std::clamp<ptrdiff_t>(value, 0, static_cast<ptrdiff_t>(kernel)));
  };
  return {clamp(-start), clamp(static_cast<ptrdiff_t>(length) - start)};
}

template <class T>
void gather_patch(const ConvolutionGeometry& g, const T* image, size_t out_row, size_t out_column,
                  T* patch) {
  const auto first = [](size_t out, size_t stride, size_t pad) {
    return static_cast<ptrdiff_t>(out * stride) - static_cast<ptrdiff_t>(pad);
  };
  const ptrdiff_t top = first(out_row, g.stride_rows, g.pad_top);
  const ptrdiff_t left = first(out_column, g.stride_columns, g.pad_left);
  const size_t run = g.kernel_columns * g.in_channels;
  const Inside columns = inside(left, g.kernel_columns, g.in_columns);
  for (size_t k = 0; k < g.kernel_rows; ++k, patch += run) {
    const ptrdiff_t row = top + static_cast<ptrdiff_t>(k);
    const bool outside = row < 0 || row >= static_cast<ptrdiff_t>(g.in_rows);
    if (outside || columns.begin >= columns.end) {
      std::fill_n(patch, run, T{});
      continue;
    }
    const size_t at = static_cast<size_t>(row) * g.in_columns +
                      static_cast<size_t>(left + static_cast<ptrdiff_t>(columns.begin));
    std::fill_n(patch, columns.begin * g.in_channels, T{});
    std::copy_n(image + at * g.in_channels, (columns.end - columns.begin) * g.in_channels,
                patch + columns.begin * g.in_channels);
    std::fill(patch + columns.end * g.in_channels, patch + run, T{});
  }
}

}  // namespace

template <class T>
void gather_patches(const ConvolutionGeometry& g, const T* input, size_t images, T* patches) {
  const size_t size = g.taps() * g.in_channels;
#pragma omp parallel for schedule(dynamic, 4)
  for (size_t row = 0; row < images * g.out_rows; ++row) {
    const T* image = input + row / g.out_rows * g.in_pixels() * g.in_channels;
    for (size_t column = 0; column < g.out_columns; ++column) {
      gather_patch(g, image, row % g.out_rows, column,
                   patches + (row * g.out_columns + column) * size);
    }
  }
}

template void gather_patches(const ConvolutionGeometry&, const Bf16*, size_t, Bf16*);
template void gather_patches(const ConvolutionGeometry&, const float*, size_t, float*);

}  // namespace belamy::kernels
