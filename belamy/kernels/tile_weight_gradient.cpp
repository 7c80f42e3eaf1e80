#include "belamy/kernels/tile_weight_gradient.h"

#include <algorithm>
#include <cstring>

#include "belamy/kernels/rows.h"
#include "belamy/kernels/tile_pack.h"

namespace belamy::kernels {
namespace {

// Copies every `column_step`-th pixel of a row; those outside of 0 .. in_columns - 1 stay as they
// are. `column` is the first one's, and may lie before the row. out: pixels of `out_stride` values.
template <class T>
void copy_pixels(const T* row, ptrdiff_t column, size_t column_step, size_t in_columns,
                 size_t channels, size_t count, T* out, size_t out_stride) {
  for (size_t i = 0; i < count; ++i) {
    const ptrdiff_t from = column + static_cast<ptrdiff_t>(i * column_step);
    if (from < 0 || from >= static_cast<ptrdiff_t>(in_columns)) continue;
    std::memcpy(out + i * out_stride, row + from * static_cast<ptrdiff_t>(channels),
                channels * sizeof(T));
  }
}

}  // namespace

template <class T>
TileWeightGradient<T>::TileWeightGradient(const ConvolutionGeometry& geometry)
    : g_(geometry),
      by_taps_(geometry.in_channels > kTileColumns / 2),
      tap_channels_(round_up(geometry.in_channels, kTileColumns)) {}

template <class T>
size_t TileWeightGradient<T>::residue_rows() const {
  return g_.out_rows + (g_.kernel_rows - 1) / g_.stride_rows;
}

template <class T>
size_t TileWeightGradient<T>::pitch() const {
  if (!by_taps_) return g_.out_columns;
  // Even, so that pairs of pixels do not straddle rows.
  return round_up(g_.out_columns + (g_.kernel_columns - 1) / g_.stride_columns, 2);
}

template <class T>
size_t TileWeightGradient<T>::columns() const {
  return by_taps_ ? tap_channels_ : round_up(g_.taps() * g_.in_channels, kTileColumns);
}

template <class T>
size_t TileWeightGradient<T>::row_size() const {
  return by_taps_ ? g_.taps() * tap_channels_ : columns();
}

template <class T>
void TileWeightGradient<T>::clear(Sums& sums) const {
  const size_t size = out_channels() * row_size();
  std::fill_n(sums.reserve(size), size, 0.0f);
}

template <class T>
void TileWeightGradient<T>::add(const T* input, const T* gradient, size_t images,
                                TileSession<T>& session, Workspace& workspace, Sums& sums) const {
  session.configure(tile_rows());
  transpose_outputs(gradient, images, workspace);
  for_operands(input, images, workspace, sums.data(), [&](const Operand& operand) {
    for (size_t row = 0; row < out_channels(); row += 2 * tile_rows()) {
      for (const Block& block : operand.blocks) {
        multiply(operand, block, row, images, /*accumulate=*/true, session, workspace);
      }
    }
  });
}

template <class T>
template <class Body>
void TileWeightGradient<T>::for_operands(const T* input, size_t images, Workspace& workspace,
                                         float* sums, const Body& body) const {
  if (!by_taps_) return body(patches(input, images, workspace, sums));
  for (size_t row = 0; row < std::min(g_.stride_rows, g_.kernel_rows); ++row) {
    for (size_t column = 0; column < std::min(g_.stride_columns, g_.kernel_columns); ++column) {
      body(taps(input, images, row, column, workspace, sums));
    }
  }
}

template <class T>
void TileWeightGradient<T>::transpose_outputs(const T* gradient, size_t images,
                                              Workspace& workspace) const {
  const size_t channels = g_.out_channels, run = images * out_run(),
               stride = transposed_run(images);
  T* pitched = workspace.outputs.reserve_zeros(run * channels);
  T* to = workspace.transposed.reserve(stride * out_channels());
#pragma omp parallel for schedule(dynamic)
  for (size_t image = 0; image < images; ++image) {
    T* own = pitched + image * out_run() * channels;
    for (size_t row = 0; row < g_.out_rows; ++row) {
      const T* from = gradient + (image * g_.out_rows + row) * g_.out_columns * channels;
      std::memcpy(own + row * pitch() * channels, from, g_.out_columns * channels * sizeof(T));
    }
    transpose(own, channels, out_run(), channels, to + image * out_run(), stride);
  }
  std::fill_n(to + stride * channels, stride * (out_channels() - channels), T{});
  workspace.a_offsets.clear();
  for (size_t pixel = 0; pixel < run; pixel += kTileDepth<T>) {
    workspace.a_offsets.push_back(static_cast<int32_t>(pixel * sizeof(T)));
  }
}

// All pixels (i * stride + residue) of the padded input; bf16's are also paired, from an even and
// from an odd one on.
template <class T>
void TileWeightGradient<T>::pair_residue(const T* input, size_t images, size_t row_residue,
                                         size_t column_residue, Workspace& workspace) const {
  const size_t channels = tap_channels_, image_size = residue_rows() * pitch();
  // Tiles of the last image may reach beyond it: by the rows of its taps, and to their whole depth.
  const size_t pixels = images * image_size + out_run() + 2;
  T* residue = workspace.inputs.reserve_zeros(pixels * channels);
  const bool borders_move = g_.stride_rows > 1 || g_.stride_columns > 1;  // with the residue
  if (borders_move) std::fill_n(residue, pixels * channels, T{});
#pragma omp parallel for schedule(dynamic)
  for (size_t image = 0; image < images; ++image) {
    for (size_t i = 0; i < residue_rows(); ++i) {
      const size_t padded = i * g_.stride_rows + row_residue;
      if (padded < g_.pad_top || padded >= g_.pad_top + g_.in_rows) continue;
      const size_t row = image * g_.in_rows + padded - g_.pad_top;
      copy_pixels(input + row * g_.in_columns * g_.in_channels,
                  static_cast<ptrdiff_t>(column_residue) - static_cast<ptrdiff_t>(g_.pad_left),
                  g_.stride_columns, g_.in_columns, g_.in_channels, pitch(),
                  residue + (image * image_size + i * pitch()) * channels, channels);
    }
  }
  if constexpr (kTilePacking < T >> 1) {
    const size_t pairs = pixels / 2 - 1;
    T* even = workspace.pairs.reserve(4 * pairs * channels);
    constexpr size_t kAtOnce = 256;
#pragma omp parallel for schedule(dynamic)
    for (size_t pair = 0; pair < pairs; pair += kAtOnce) {
      const size_t count = std::min(kAtOnce, pairs - pair), at = 2 * pair * channels;
      interleave_rows(residue + at, channels, count, channels, even + at);
      interleave_rows(residue + at + channels, channels, count, channels,
                      even + 2 * pairs * channels + at);
    }
  }
}

template <class T>
typename TileWeightGradient<T>::Operand TileWeightGradient<T>::taps(const T* input, size_t images,
                                                                    size_t row_residue,
                                                                    size_t column_residue,
                                                                    Workspace& workspace,
                                                                    float* sums) const {
  pair_residue(input, images, row_residue, column_residue, workspace);
  const size_t channels = tap_channels_, image_size = residue_rows() * pitch();
  const size_t pairs = (images * image_size + out_run() + 2) / 2 - 1;
  Operand operand;
  operand.row_bytes = channels * sizeof(float);
  for (size_t image = 0; image < images; ++image) {
    for (size_t pixel = 0; pixel < out_run(); pixel += kTileDepth<T>) {
      const size_t row = (image * image_size + pixel) / kTilePacking<T>;
      operand.offsets.push_back(static_cast<int32_t>(row * operand.row_bytes));
    }
  }
  for (size_t r = row_residue; r < g_.kernel_rows; r += g_.stride_rows) {
    for (size_t c = column_residue; c < g_.kernel_columns; c += g_.stride_columns) {
      const size_t distance = r / g_.stride_rows * pitch() + c / g_.stride_columns;
      const T* b = kTilePacking<T> > 1 ? workspace.pairs.data() +
                                             (distance % 2 * pairs + distance / 2) * 2 * channels
                                       : workspace.inputs.data() + distance * channels;
      operand.blocks.push_back({b, sums + (r * g_.kernel_columns + c) * channels});
    }
  }
  return operand;
}

// Each output pixel's whole patch is a row: for inputs of few channels.
template <class T>
typename TileWeightGradient<T>::Operand TileWeightGradient<T>::patches(const T* input,
                                                                       size_t images,
                                                                       Workspace& workspace,
                                                                       float* sums) const {
  const size_t width = columns();
  const size_t together = kTilePacking<T> > 1 ? 1 : images;
  // Rows from the last pixel of an image on stay zero.
  T* rows = workspace.patches.reserve_zeros(together * out_run() * width + kRunOverhang);
  for (size_t image = 0; image < images; ++image) {
    const T* from = input + image * g_.in_pixels() * g_.in_channels;
    if constexpr (kTilePacking < T >> 1) {
      fill_patches(from, workspace, rows);
      T* pairs = workspace.pairs.reserve(images * out_run() * width);
      interleave_rows(rows, width, out_run() / 2, width, pairs + image * out_run() * width);
    } else {
      fill_patches(from, workspace, rows + image * out_run() * width);
    }
  }
  Operand operand;
  operand.row_bytes = width * sizeof(float);
  for (size_t pixel = 0; pixel < images * out_run(); pixel += kTileDepth<T>) {
    operand.offsets.push_back(static_cast<int32_t>(pixel * width * sizeof(T)));
  }
  operand.blocks.push_back({kTilePacking<T> > 1 ? workspace.pairs.data() : rows, sums});
  return operand;
}

// A row of columns() values for each output pixel of one image, in their order.
template <class T>
void TileWeightGradient<T>::fill_patches(const T* image, Workspace& workspace, T* patches) const {
  const size_t channels = g_.in_channels;
  const size_t rows = (g_.out_rows - 1) * g_.stride_rows + g_.kernel_rows;
  const size_t row_size = ((g_.out_columns - 1) * g_.stride_columns + g_.kernel_columns) * channels;
  T* padded = workspace.inputs.reserve_zeros(rows * row_size + kRunOverhang);
  const size_t left = g_.pad_left * channels;
  const size_t count = std::min(g_.in_columns * channels, row_size - left);
  for (size_t row = 0; row < g_.in_rows && row + g_.pad_top < rows; ++row) {
    std::memcpy(padded + (row + g_.pad_top) * row_size + left,
                image + row * g_.in_columns * channels, count * sizeof(T));
  }
  const size_t run = g_.kernel_columns * channels, used = g_.kernel_rows * run;
  T* to = patches;
  for (size_t r = 0; r < g_.out_rows; ++r) {
    for (size_t c = 0; c < g_.out_columns; ++c, to += columns()) {
      const T* from = padded + r * g_.stride_rows * row_size + c * g_.stride_columns * channels;
      for (size_t k = 0; k < g_.kernel_rows; ++k) copy_run(from + k * row_size, run, to + k * run);
      std::fill(to + used, to + columns(), T{});
    }
  }
  std::fill_n(to, kRunOverhang, T{});  // what the last run left behind the last pixel
}

// Two tiles of output channels from `row` on times columns() columns of B, over all pixels.
template <class T>
void TileWeightGradient<T>::multiply(const Operand& operand, const Block& block, size_t row,
                                     size_t images, bool accumulate, const TileSession<T>& session,
                                     const Workspace& workspace) const {
  const size_t run = transposed_run(images), rows = tile_rows();
  TileProduct<T> product{.a_offsets = workspace.a_offsets.data(),
                         .b_offsets = operand.offsets.data(),
                         .a_stride = static_cast<ptrdiff_t>(run * sizeof(T)),
                         .b_stride = static_cast<ptrdiff_t>(operand.row_bytes),
                         .b_second = kTileColumns * sizeof(float),
                         .c_stride = static_cast<ptrdiff_t>(row_size() * sizeof(float)),
                         .steps = operand.offsets.size(),
                         .a_tiles = row + rows < out_channels() ? 2 : 1,
                         .accumulate = accumulate};
  for (size_t tile = 0; tile < column_tiles(); tile += 2) {
    product.b_tiles = tile + 1 < column_tiles() ? 2 : 1;
    product.b = block.b + tile * kTileDepth<T>;
    for (size_t i = 0; i < static_cast<size_t>(product.a_tiles); ++i) {
      product.a[i] = workspace.transposed.data() + (row + i * rows) * run;
      product.c[i] = block.sums + (row + i * rows) * row_size() + tile * kTileColumns;
    }
    session.multiply(product);
  }
}

template <class T>
void TileWeightGradient<T>::finish(const std::vector<Sums>& sums, float* dw) const {
  // Where taps are padded, their channels lie apart.
  const size_t pieces = by_taps_ && tap_channels_ != g_.in_channels ? g_.taps() : 1;
  const size_t count = g_.taps() * g_.in_channels / pieces, stride = row_size() / pieces;
#pragma omp parallel for schedule(dynamic)
  for (size_t f = 0; f < g_.out_channels; ++f) {
    for (size_t piece = 0; piece < pieces; ++piece) {
      const size_t from = f * row_size() + piece * stride;
      float* total = dw + (f * pieces + piece) * count;
      std::copy_n(sums[0].data() + from, count, total);
      for (size_t part = 1; part < sums.size(); ++part) {
        belamy::kernels::add(sums[part].data() + from, total, count);
      }
    }
  }
}

template class TileWeightGradient<Bf16>;
template class TileWeightGradient<float>;

}  // namespace belamy::kernels
