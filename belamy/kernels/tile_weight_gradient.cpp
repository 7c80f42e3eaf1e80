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

void TileWeightGradient::clear(Sums& sums) const {
  const size_t size = out_channels() * row_size();
  std::fill_n(sums.reserve(size), size, 0.0f);
}

void TileWeightGradient::add(const Bf16* input, const Bf16* gradient, size_t images,
                             TileSession& session, Workspace& workspace, Sums& sums) const {
  session.configure(tile_rows());
  transpose_outputs(gradient, images, workspace);
  for_operands(input, images, workspace, sums, [&](const Operand& operand) {
    for (size_t row = 0; row < out_channels(); row += 2 * tile_rows()) {
      for (const Block& block : operand.blocks) {
        multiply(operand, block, row, images, /*accumulate=*/true, session, workspace);
      }
    }
  });
}

void TileWeightGradient::compute(const Bf16* input, const Bf16* gradient, size_t images,
                                 Workspace& workspace, std::vector<Sums>& sums, float* dw) const {
  sums.resize(1);
  sums[0].reserve(out_channels() * row_size());
  transpose_outputs(gradient, images, workspace);
  for_operands(input, images, workspace, sums[0], [&](const Operand& operand) {
    const size_t row_pairs = (out_channels() + 2 * tile_rows() - 1) / (2 * tile_rows());
    const size_t jobs = row_pairs * operand.blocks.size();
#pragma omp parallel
    {
      TileSession session(tile_rows());
#pragma omp for schedule(dynamic)
      for (size_t job = 0; job < jobs; ++job) {
        multiply(operand, operand.blocks[job / row_pairs], job % row_pairs * 2 * tile_rows(),
                 images, /*accumulate=*/false, session, workspace);
      }
    }
  });
  finish(sums, dw);
}

template <class Body>
void TileWeightGradient::for_operands(const Bf16* input, size_t images, Workspace& workspace,
                                      Sums& sums, const Body& body) const {
  if (!by_taps_) return body(patches(input, images, workspace, sums));
  for (size_t row = 0; row < std::min(g_.stride_rows, g_.kernel_rows); ++row) {
    for (size_t column = 0; column < std::min(g_.stride_columns, g_.kernel_columns); ++column) {
      body(taps(input, images, row, column, workspace, sums));
    }
  }
}

void TileWeightGradient::transpose_outputs(const Bf16* gradient, size_t images,
                                           Workspace& workspace) const {
  const size_t channels = g_.out_channels, run = images * out_run(),
               stride = transposed_run(images);
  Bf16* pitched = workspace.outputs.reserve_zeros(run * channels);
  Bf16* to = workspace.transposed.reserve(stride * out_channels());
#pragma omp parallel for schedule(dynamic)
  for (size_t image = 0; image < images; ++image) {
    Bf16* own = pitched + image * out_run() * channels;
    for (size_t row = 0; row < g_.out_rows; ++row) {
      const Bf16* from = gradient + (image * g_.out_rows + row) * g_.out_columns * channels;
      std::memcpy(own + row * pitch() * channels, from, g_.out_columns * channels * sizeof(Bf16));
    }
    transpose(own, channels, out_run(), channels, to + image * out_run(), stride);
  }
  std::fill_n(to + stride * channels, stride * (out_channels() - channels), Bf16{});
  workspace.a_offsets.clear();
  for (size_t pixel = 0; pixel < run; pixel += kTileDepth) {
    workspace.a_offsets.push_back(static_cast<int32_t>(pixel * sizeof(Bf16)));
  }
}

// All pixels (i * stride + residue) of the padded input, paired from an even and from an odd one
// on.
void TileWeightGradient::pair_residue(const Bf16* input, size_t images, size_t row_residue,
                                      size_t column_residue, Workspace& workspace) const {
  const size_t channels = g_.in_channels, image_size = residue_rows() * pitch();
  // Tiles of the last image may reach beyond it: by the rows of its taps, and to their whole depth.
  const size_t pixels = images * image_size + out_run() + 2;
  Bf16* residue = workspace.inputs.reserve_zeros(pixels * channels);
  const bool borders_move = g_.stride_rows > 1 || g_.stride_columns > 1;  // with the residue
  if (borders_move) std::fill_n(residue, pixels * channels, Bf16{});
#pragma omp parallel for schedule(dynamic)
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
  constexpr size_t kAtOnce = 256;
#pragma omp parallel for schedule(dynamic)
  for (size_t pair = 0; pair < pairs; pair += kAtOnce) {
    const size_t count = std::min(kAtOnce, pairs - pair), at = 2 * pair * channels;
    interleave_rows(residue + at, channels, count, channels, even + at);
    interleave_rows(residue + at + channels, channels, count, channels,
                    even + 2 * pairs * channels + at);
  }
}

TileWeightGradient::Operand TileWeightGradient::taps(const Bf16* input, size_t images,
                                                     size_t row_residue, size_t column_residue,
                                                     Workspace& workspace, Sums& sums) const {
  pair_residue(input, images, row_residue, column_residue, workspace);
  const size_t channels = g_.in_channels, image_size = residue_rows() * pitch();
  const size_t pairs = (images * image_size + out_run() + 2) / 2 - 1;
  Operand operand;
  operand.row_bytes = 2 * channels * sizeof(Bf16);
  for (size_t image = 0; image < images; ++image) {
    for (size_t pixel = 0; pixel < out_run(); pixel += kTileDepth) {
      const size_t pair = (image * image_size + pixel) / 2;
      operand.offsets.push_back(static_cast<int32_t>(pair * operand.row_bytes));
    }
  }
  for (size_t r = row_residue; r < g_.kernel_rows; r += g_.stride_rows) {
    for (size_t c = column_residue; c < g_.kernel_columns; c += g_.stride_columns) {
      const size_t distance = r / g_.stride_rows * pitch() + c / g_.stride_columns;
      const size_t odd = distance % 2;
      operand.blocks.push_back(
          {workspace.pairs.data() + (odd * pairs + distance / 2) * 2 * channels,
           sums.data() + (r * g_.kernel_columns + c) * channels});
    }
  }
  return operand;
}

// Each output pixel's whole patch is a row: for inputs of few channels.
TileWeightGradient::Operand TileWeightGradient::patches(const Bf16* input, size_t images,
                                                        Workspace& workspace, Sums& sums) const {
  const size_t width = columns();
  // Rows from the last pixel of an image on stay zero.
  Bf16* rows = workspace.patches.reserve_zeros(out_run() * width + kRunOverhang);
  Bf16* pairs = workspace.pairs.reserve(images * out_run() * width);
  for (size_t image = 0; image < images; ++image) {
    fill_patches(input + image * g_.in_pixels() * g_.in_channels, workspace, rows);
    interleave_rows(rows, width, out_run() / 2, width, pairs + image * out_run() * width);
  }
  Operand operand;
  operand.row_bytes = 2 * width * sizeof(Bf16);
  for (size_t pixel = 0; pixel < images * out_run(); pixel += kTileDepth) {
    operand.offsets.push_back(static_cast<int32_t>(pixel * width * sizeof(Bf16)));
  }
  operand.blocks.push_back({pairs, sums.data()});
  return operand;
}

// A row of columns() values for each output pixel of one image, in their order.
void TileWeightGradient::fill_patches(const Bf16* image, Workspace& workspace,
                                      Bf16* patches) const {
  const size_t channels = g_.in_channels;
  const size_t rows = (g_.out_rows - 1) * g_.stride_rows + g_.kernel_rows;
  const size_t row_size = ((g_.out_columns - 1) * g_.stride_columns + g_.kernel_columns) * channels;
  Bf16* padded = workspace.inputs.reserve_zeros(rows * row_size + kRunOverhang);
  const size_t left = g_.pad_left * channels;
  const size_t count = std::min(g_.in_columns * channels, row_size - left);
  for (size_t row = 0; row < g_.in_rows && row + g_.pad_top < rows; ++row) {
    std::memcpy(padded + (row + g_.pad_top) * row_size + left,
                image + row * g_.in_columns * channels, count * sizeof(Bf16));
  }
  const size_t run = g_.kernel_columns * channels, used = g_.kernel_rows * run;
  Bf16* to = patches;
  for (size_t r = 0; r < g_.out_rows; ++r) {
    for (size_t c = 0; c < g_.out_columns; ++c, to += columns()) {
      const Bf16* from = padded + r * g_.stride_rows * row_size + c * g_.stride_columns * channels;
      for (size_t k = 0; k < g_.kernel_rows; ++k) copy_run(from + k * row_size, run, to + k * run);
      std::fill(to + used, to + columns(), Bf16{});
    }
  }
  std::fill_n(to, kRunOverhang, Bf16{});  // what the last run left behind the last pixel
}

// Two tiles of output channels from `row` on times columns() columns of B, over all pixels.
void TileWeightGradient::multiply(const Operand& operand, const Block& block, size_t row,
                                  size_t images, bool accumulate, const TileSession& session,
                                  const Workspace& workspace) const {
  const size_t run = transposed_run(images), rows = tile_rows();
  TileProduct product{.a_offsets = workspace.a_offsets.data(),
                      .b_offsets = operand.offsets.data(),
                      .a_stride = static_cast<ptrdiff_t>(run * sizeof(Bf16)),
                      .b_stride = static_cast<ptrdiff_t>(operand.row_bytes),
                      .b_second = 2 * kTileColumns * sizeof(Bf16),
                      .c_stride = static_cast<ptrdiff_t>(row_size() * sizeof(float)),
                      .steps = operand.offsets.size(),
                      .a_tiles = row + rows < out_channels() ? 2 : 1,
                      .accumulate = accumulate};
  for (size_t tile = 0; tile < column_tiles(); tile += 2) {
    product.b_tiles = tile + 1 < column_tiles() ? 2 : 1;
    product.b = block.b + tile * 2 * kTileColumns;
    for (size_t i = 0; i < static_cast<size_t>(product.a_tiles); ++i) {
      product.a[i] = workspace.transposed.data() + (row + i * rows) * run;
      product.c[i] = block.sums + (row + i * rows) * row_size() + tile * kTileColumns;
    }
    session.multiply(product);
  }
}

void TileWeightGradient::finish(std::vector<Sums>& sums, float* dw) const {
  const size_t taps = g_.taps(), channels = g_.in_channels;
#pragma omp parallel for schedule(dynamic)
  for (size_t f = 0; f < g_.out_channels; ++f) {
    float* total = sums[0].data() + f * row_size();
    for (size_t part = 1; part < sums.size(); ++part) {
      belamy::kernels::add(sums[part].data() + f * row_size(), total, taps * channels);
    }
    for (size_t tap = 0; tap < taps; ++tap) {
      for (size_t c = 0; c < channels; ++c) {
        dw[(f * channels + c) * taps + tap] = total[tap * channels + c];
      }
    }
  }
}

}  // namespace belamy::kernels
