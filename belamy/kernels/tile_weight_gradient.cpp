#include "belamy/kernels/tile_weight_gradient.h"

#include <algorithm>
#include <cstring>

#include "belamy/kernels/rows.h"
#include "belamy/kernels/tile_pack.h"

namespace belamy::kernels {
namespace {

// Copies every `column_step`-th pixel of a row; those outside of 0 .. in_columns - 1 stay as they
// are. `column` is the first one's, and may lie before the row.
void copy_pixels(const Bf16* row, ptrdiff_t column, size_t column_step, size_t in_columns,
                 size_t channels, size_t count, Bf16* out) {
  for (size_t i = 0; i < count; ++i) {
    const ptrdiff_t from = column + static_cast<ptrdiff_t>(i * column_step);
    if (from < 0 || from >= static_cast<ptrdiff_t>(in_columns)) continue;
    std::memcpy(out + i * channels, row + from * static_cast<ptrdiff_t>(channels),
                channels * sizeof(Bf16));
  }
}

}  // namespace

TileWeightGradient::TileWeightGradient(const ConvolutionGeometry& geometry)
    : g_(geometry), by_taps_(geometry.in_channels % kTileColumns == 0) {}

size_t TileWeightGradient::residue_rows() const {
  return g_.out_rows + (g_.kernel_rows - 1) / g_.stride_rows;
}

size_t TileWeightGradient::pitch() const {
  if (!by_taps_) return g_.out_columns;
  // Even, so that pairs of pixels do not straddle rows.
  return round_up(g_.out_columns + (g_.kernel_columns - 1) / g_.stride_columns, 2);
}

size_t TileWeightGradient::columns() const {
  return by_taps_ ? g_.in_channels : round_up(g_.taps() * g_.in_channels, kTileColumns);
}

size_t TileWeightGradient::row_size() const {
  return by_taps_ ? g_.taps() * g_.in_channels : columns();
}

void TileWeightGradient::clear(Workspace& workspace) const {
  const size_t size = out_channels() * row_size();
  std::fill_n(workspace.sums.reserve(size), size, 0.0f);
}

void TileWeightGradient::add(const Bf16* input, const Bf16* gradient, size_t images,
                             TileSession& session, Workspace& workspace) const {
  transpose_outputs(gradient, images, workspace);
  session.configure(std::min(kTileRows, out_channels()));
  if (!by_taps_) return add_patches(input, images, session, workspace);
  for (size_t row = 0; row < std::min(g_.stride_rows, g_.kernel_rows); ++row) {
    for (size_t column = 0; column < std::min(g_.stride_columns, g_.kernel_columns); ++column) {
      add_taps(input, images, row, column, session, workspace);
    }
  }
}

void TileWeightGradient::transpose_outputs(const Bf16* gradient, size_t images,
                                           Workspace& workspace) const {
  const size_t channels = g_.out_channels, run = images * out_run();
  Bf16* pitched = workspace.outputs.reserve(run * channels);
  std::fill_n(pitched, run * channels, Bf16{});
  for (size_t image = 0; image < images; ++image) {
    for (size_t row = 0; row < g_.out_rows; ++row) {
      const Bf16* from = gradient + (image * g_.out_rows + row) * g_.out_columns * channels;
      std::memcpy(pitched + (image * out_run() + row * pitch()) * channels, from,
                  g_.out_columns * channels * sizeof(Bf16));
    }
  }
  Bf16* to = workspace.transposed.reserve(run * out_channels());
  transpose(pitched, channels, run, channels, to, run);
  std::fill_n(to + run * channels, run * (out_channels() - channels), Bf16{});
}

// All pixels (i * stride + residue) of the padded input, paired from an even and from an odd one
// on.
void TileWeightGradient::pair_residue(const Bf16* input, size_t images, size_t row_residue,
                                      size_t column_residue, Workspace& workspace) const {
  const size_t channels = g_.in_channels, image_size = residue_rows() * pitch();
  // Tiles of the last image may reach beyond it: by the rows of its taps, and to their whole depth.
  const size_t pixels = images * image_size + out_run() + 2;
  Bf16* residue = workspace.inputs.reserve(pixels * channels);
  std::fill_n(residue, pixels * channels, Bf16{});
  for (size_t image = 0; image < images; ++image) {
    for (size_t i = 0; i < residue_rows(); ++i) {
      const size_t padded = i * g_.stride_rows + row_residue;
      if (padded < g_.pad_top || padded >= g_.pad_top + g_.in_rows) continue;
      const size_t row = image * g_.in_rows + padded - g_.pad_top;
      copy_pixels(input + row * g_.in_columns * channels,
                  static_cast<ptrdiff_t>(column_residue) - static_cast<ptrdiff_t>(g_.pad_left),
                  g_.stride_columns, g_.in_columns, channels, pitch(),
                  residue + (image * image_size + i * pitch()) * channels);
    }
  }
  const size_t pairs = pixels / 2 - 1;
  Bf16* even = workspace.pairs.reserve(4 * pairs * channels);
  interleave_rows(residue, channels, pairs, channels, even);
  interleave_rows(residue + channels, channels, pairs, channels, even + 2 * pairs * channels);
}

void TileWeightGradient::add_taps(const Bf16* input, size_t images, size_t row_residue,
                                  size_t column_residue, TileSession& session,
                                  Workspace& workspace) const {
  pair_residue(input, images, row_residue, column_residue, workspace);
  const size_t channels = g_.in_channels, image_size = residue_rows() * pitch();
  const size_t pairs = (images * image_size + out_run() + 2) / 2 - 1;
  const size_t pair_bytes = 2 * channels * sizeof(Bf16);
  std::vector<int32_t> offsets;
  for (size_t image = 0; image < images; ++image) {
    for (size_t pixel = 0; pixel < out_run(); pixel += kTileDepth) {
      offsets.push_back(static_cast<int32_t>((image * image_size + pixel) / 2 * pair_bytes));
    }
  }
  for (size_t r = row_residue; r < g_.kernel_rows; r += g_.stride_rows) {
    for (size_t c = column_residue; c < g_.kernel_columns; c += g_.stride_columns) {
      const size_t distance = r / g_.stride_rows * pitch() + c / g_.stride_columns;
      const size_t odd = distance % 2;
      const Bf16* b = workspace.pairs.data() + (odd * pairs + distance / 2) * 2 * channels;
      float* sums = workspace.sums.data() + (r * g_.kernel_columns + c) * channels;
      multiply(b, offsets, pair_bytes, images, sums, session, workspace);
    }
  }
}

// Each output pixel's whole patch is a row: for inputs of few channels.
void TileWeightGradient::add_patches(const Bf16* input, size_t images, TileSession& session,
                                     Workspace& workspace) const {
  const size_t width = columns(), channels = g_.in_channels;
  const size_t padded_rows = (g_.out_rows - 1) * g_.stride_rows + g_.kernel_rows;
  const size_t padded_columns = (g_.out_columns - 1) * g_.stride_columns + g_.kernel_columns;
  Bf16* padded = workspace.inputs.reserve(padded_rows * padded_columns * channels + 2 * width);
  Bf16* rows = padded + padded_rows * padded_columns * channels;  // of two pixels
  Bf16* pairs = workspace.pairs.reserve(images * out_run() * width);
  std::fill_n(pairs, images * out_run() * width, Bf16{});
  const size_t run = g_.kernel_columns * channels;
  for (size_t image = 0; image < images; ++image) {
    std::fill_n(padded, padded_rows * padded_columns * channels, Bf16{});
    for (size_t row = 0; row < g_.in_rows && row + g_.pad_top < padded_rows; ++row) {
      const size_t count = std::min(g_.in_columns, padded_columns - g_.pad_left);
      std::memcpy(padded + ((row + g_.pad_top) * padded_columns + g_.pad_left) * channels,
                  input + (image * g_.in_rows + row) * g_.in_columns * channels,
                  count * channels * sizeof(Bf16));
    }
    std::fill_n(rows, 2 * width, Bf16{});
    const size_t pixels = g_.out_pixels();
    for (size_t pixel = 0; pixel < pixels; ++pixel) {
      Bf16* row = rows + pixel % 2 * width;
      const Bf16* from = padded + (pixel / g_.out_columns * g_.stride_rows * padded_columns +
                                   pixel % g_.out_columns * g_.stride_columns) *
                                      channels;
      for (size_t r = 0; r < g_.kernel_rows; ++r) {
        std::memcpy(row + r * run, from + r * padded_columns * channels, run * sizeof(Bf16));
      }
      const bool last = pixel + 1 == pixels;
      if (last && pixel % 2 == 0) std::fill_n(rows + width, width, Bf16{});
      if (last || pixel % 2 == 1) {
        interleave_rows(rows, width, 1, width, pairs + (image * out_run() + pixel / 2 * 2) * width);
      }
    }
  }
  std::vector<int32_t> offsets;
  for (size_t pixel = 0; pixel < images * out_run(); pixel += kTileDepth) {
    offsets.push_back(static_cast<int32_t>(pixel * width * sizeof(Bf16)));
  }
  multiply(pairs, offsets, 2 * width * sizeof(Bf16), images, workspace.sums.data(), session,
           workspace);
}

// All output channels times columns() columns of b, over all pixels.
void TileWeightGradient::multiply(const Bf16* b, const std::vector<int32_t>& b_offsets,
                                  size_t b_row, size_t images, float* sums, TileSession& session,
                                  const Workspace& workspace) const {
  std::vector<int32_t> a_offsets(b_offsets.size());
  for (size_t i = 0; i < a_offsets.size(); ++i) {
    a_offsets[i] = static_cast<int32_t>(i * kTileDepth * sizeof(Bf16));
  }
  const size_t run = images * out_run();
  TileProduct product{.a_offsets = a_offsets.data(),
                      .b_offsets = b_offsets.data(),
                      .a_stride = static_cast<ptrdiff_t>(run * sizeof(Bf16)),
                      .b_stride = static_cast<ptrdiff_t>(b_row),
                      .b_second = 2 * kTileColumns * sizeof(Bf16),
                      .c_stride = static_cast<ptrdiff_t>(row_size() * sizeof(float)),
                      .steps = b_offsets.size(),
                      .accumulate = true};
  const size_t rows = std::min(kTileRows, out_channels());
  for (size_t row = 0; row < out_channels(); row += 2 * rows) {
    product.a_tiles = row + rows < out_channels() ? 2 : 1;
    for (size_t tile = 0; tile < column_tiles(); tile += 2) {
      product.b_tiles = tile + 1 < column_tiles() ? 2 : 1;
      product.b = b + tile * 2 * kTileColumns;
      for (size_t i = 0; i < static_cast<size_t>(product.a_tiles); ++i) {
        product.a[i] = workspace.transposed.data() + (row + i * rows) * run;
        product.c[i] = sums + (row + i * rows) * row_size() + tile * kTileColumns;
      }
      session.multiply(product);
    }
  }
}

void TileWeightGradient::finish(const std::vector<Workspace>& workspaces, float* dw) const {
  const size_t taps = g_.taps(), channels = g_.in_channels;
#pragma omp parallel for schedule(static)
  for (size_t f = 0; f < g_.out_channels; ++f) {
    for (size_t c = 0; c < channels; ++c) {
      for (size_t tap = 0; tap < taps; ++tap) {
        float sum = 0;
        for (const Workspace& workspace : workspaces) {
          sum += workspace.sums.data()[f * row_size() + tap * channels + c];
        }
        dw[(f * channels + c) * taps + tap] = sum;
      }
    }
  }
}

}  // namespace belamy::kernels
