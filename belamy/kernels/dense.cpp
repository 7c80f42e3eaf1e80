#include "belamy/kernels/dense.h"

#include <omp.h>

#include <algorithm>
#include <cstring>

#include "belamy/kernels/rows.h"
#include "belamy/kernels/tile_pack.h"

namespace belamy::kernels {
namespace {

constexpr size_t kTileSize = kTileDepth * kTileColumns;
constexpr size_t kRowsAtOnce = 2 * kTileRows;  // of a weights' gradient
constexpr size_t kStepSize = kTileRows * kTileDepth;
constexpr size_t kBlockColumns = 2 * kTileColumns;

constexpr size_t kBytesAtOnce = size_t{1} << 19;  // of B: a quarter of a second-level cache
constexpr size_t kFewestJobs = 8;                 // so that threads come out even

// Of the steps of one tile, `step_bytes` apart.
void fill_offsets(std::vector<int32_t>& offsets, size_t steps, size_t step_bytes) {
  offsets.resize(steps);
  for (size_t i = 0; i < steps; ++i) offsets[i] = static_cast<int32_t>(i * step_bytes);
}

}  // namespace

void TileDense::Packed::reserve(size_t new_depth, size_t new_columns) {
  depth = new_depth;
  columns = new_columns;
  tiles.reserve(steps() * tile_columns() * kTileSize);
}

Bf16* TileDense::Packed::tile(size_t block, size_t step, size_t i) {
  return tiles.data() + (block * 2 * steps() + step * block_tiles(block) + i) * kTileSize;
}

TileProduct TileDense::Packed::product(size_t block) {
  TileProduct product;
  product.b = tile(block, 0, 0);
  product.b_tiles = static_cast<int>(block_tiles(block));
  product.b_second = kTileSize * sizeof(Bf16);
  product.b_step = static_cast<ptrdiff_t>(block_tiles(block) * kTileSize * sizeof(Bf16));
  product.steps = steps();
  return product;
}

size_t TileDense::blocks_at_once(const Packed& b) {
  const size_t fair = (b.blocks() + kFewestJobs - 1) / kFewestJobs;
  const size_t block_bytes = b.steps() * 2 * kTileSize * sizeof(Bf16);
  return std::clamp<size_t>(kBytesAtOnce / block_bytes, 1, fair);
}

TileDense::TileDense(size_t inputs, size_t units) : inputs_(inputs), units_(units) {}

void TileDense::set_weights(const float* weights, bool backward) {
  pack_forward(weights);
  if (backward) pack_backward(weights);
}

// B's columns are W's rows: a thread reads whole rows.
void TileDense::pack_forward(const float* weights) {
  forward_.reserve(inputs_, units_);
#pragma omp parallel for schedule(dynamic)
  for (size_t block = 0; block < forward_.blocks(); ++block) {
    for (size_t step = 0; step < forward_.steps(); ++step) {
      for (size_t i = 0; i < forward_.block_tiles(block); ++i) {
        const size_t row = step * kTileDepth, column = (2 * block + i) * kTileColumns;
        pack_tile_transposed(
            weights + column * inputs_ + row, inputs_, std::min(kTileDepth, inputs_ - row),
            std::min(kTileColumns, units_ - column), forward_.tile(block, step, i));
      }
    }
  }
}

// B's rows are W's rows: again a thread reads whole rows, a step's.
void TileDense::pack_backward(const float* weights) {
  backward_.reserve(units_, inputs_);
#pragma omp parallel for schedule(dynamic)
  for (size_t step = 0; step < backward_.steps(); ++step) {
    for (size_t block = 0; block < backward_.blocks(); ++block) {
      for (size_t i = 0; i < backward_.block_tiles(block); ++i) {
        const size_t row = step * kTileDepth, column = (2 * block + i) * kTileColumns;
        pack_tile(weights + row * inputs_ + column, inputs_, std::min(kTileDepth, units_ - row),
                  std::min(kTileColumns, inputs_ - column), backward_.tile(block, step, i));
      }
    }
  }
}

// A: rows of `depth` values, step after step, padded with zeros.
void TileDense::gather(const Bf16* x, size_t rows, size_t depth) {
  const size_t steps = (depth + kTileDepth - 1) / kTileDepth;
  const size_t tiles = (rows + kTileRows - 1) / kTileRows;
  Bf16* panel = panel_.reserve(tiles * steps * kStepSize);
#pragma omp parallel for schedule(dynamic, 4)
  for (size_t row = 0; row < tiles * kTileRows; ++row) {
    Bf16* to = panel + row / kTileRows * steps * kStepSize + row % kTileRows * kTileDepth;
    for (size_t step = 0; step < steps; ++step, to += kStepSize) {
      const size_t begin = step * kTileDepth;
      const size_t count = row < rows ? std::min(kTileDepth, depth - begin) : 0;
      std::memcpy(to, x + row * depth + begin, count * sizeof(Bf16));
      std::fill(to + count, to + kTileDepth, Bf16{});
    }
  }
}

// The gathered rows times b, finished into y. A thread takes some blocks of columns at a time, few
// enough for the second-level cache, and runs two tiles of rows after another over them.
template <class T>
void TileDense::multiply(Packed& b, size_t rows, const float* bias, ActivationFunction function,
                         T* y) {
  const size_t tiles = (rows + kTileRows - 1) / kTileRows;
  fill_offsets(offsets_, b.steps(), kStepSize * sizeof(Bf16));
  sums_.resize(static_cast<size_t>(omp_get_max_threads()));
  const size_t at_once = blocks_at_once(b), stride = at_once * kBlockColumns;
#pragma omp parallel
  {
    float* sums =
        sums_[static_cast<size_t>(omp_get_thread_num())].reserve((tiles + 1) * kTileRows * stride);
    TileSession session(kTileRows);
#pragma omp for schedule(dynamic)
    for (size_t first = 0; first < b.blocks(); first += at_once) {
      const size_t end = std::min(first + at_once, b.blocks());
      for (size_t tile = 0; tile < tiles; tile += 2) {
        for (size_t block = first; block < end; ++block) {
          TileProduct product = b.product(block);
          product.a_tiles = tile + 1 < tiles ? 2 : 1;
          product.a_offsets = offsets_.data();
          product.a_stride = kTileDepth * sizeof(Bf16);
          product.c_stride = static_cast<ptrdiff_t>(stride * sizeof(float));
          for (size_t i = 0; i < 2; ++i) {
            product.a[i] = panel_.data() + (tile + i) * b.steps() * kStepSize;
            product.c[i] = sums + (tile + i) * kTileRows * stride + (block - first) * kBlockColumns;
          }
          session.multiply(product);
        }
      }
      const size_t column = first * kBlockColumns;
      finish_rows(sums, stride, rows, std::min(stride, b.columns - column),
                  bias == nullptr ? nullptr : bias + column, function, y + column, b.columns);
    }
  }
}

template <class T>
void TileDense::forward(const Bf16* x, size_t rows, const float* bias, ActivationFunction function,
                        T* y) {
  gather(x, rows, inputs_);
  multiply(forward_, rows, bias, function, y);
}

template void TileDense::forward(const Bf16*, size_t, const float*, ActivationFunction, Bf16*);
template void TileDense::forward(const Bf16*, size_t, const float*, ActivationFunction, float*);

void TileDense::backward(const DenseGradients& gradients, size_t rows,
                         ActivationFunction function) {
  Bf16* dz = gradient_.reserve(rows * units_);
  if (gradients.db != nullptr) std::fill_n(gradients.db, units_, 0.0f);
  const size_t blocks = (units_ + kBlockColumns - 1) / kBlockColumns;
#pragma omp parallel for schedule(dynamic, 4)
  for (size_t block = 0; block < blocks; ++block) {
    const size_t c = block * kBlockColumns;
    gradient_rows(gradients.y == nullptr ? nullptr : gradients.y + c, gradients.dy + c, rows,
                  std::min(kBlockColumns, units_ - c), units_, function, dz + c,
                  gradients.db == nullptr ? nullptr : gradients.db + c);
  }
  if (gradients.dx != nullptr) {
    gather(dz, rows, units_);
    multiply(backward_, rows, nullptr, ActivationFunction{}, gradients.dx);
  }
  if (gradients.dw != nullptr) weight_gradient(gradients.x, dz, rows, gradients.dw);
}

// B of the weights' gradient: the inputs, whose rows are what is summed over.
void TileDense::pair_inputs(const Bf16* x, size_t rows) {
  pairs_.reserve(rows, inputs_);
  const size_t width = pairs_.tile_columns() * kTileColumns;
  const size_t padded_rows = pairs_.steps() * kTileDepth;
  Bf16* padded = padded_.reserve(padded_rows * width);
#pragma omp parallel
  {
#pragma omp for schedule(dynamic)
    for (size_t row = 0; row < padded_rows; ++row) {
      const size_t count = row < rows ? inputs_ : 0;
      std::memcpy(padded + row * width, x + row * inputs_, count * sizeof(Bf16));
      std::fill(padded + row * width + count, padded + (row + 1) * width, Bf16{});
    }
#pragma omp for schedule(dynamic)
    for (size_t block = 0; block < pairs_.blocks(); ++block) {
      for (size_t step = 0; step < pairs_.steps(); ++step) {
        for (size_t i = 0; i < pairs_.block_tiles(block); ++i) {
          interleave_rows(padded + step * kTileDepth * width + (2 * block + i) * kTileColumns,
                          width, kTileDepth / 2, kTileColumns, pairs_.tile(block, step, i));
        }
      }
    }
  }
}

// dW is dz^T x: tiles of A are dz's columns, which dw's rows are.
void TileDense::weight_gradient(const Bf16* x, const Bf16* dz, size_t rows, float* dw) {
  pair_inputs(x, rows);
  const size_t depth = pairs_.steps() * kTileDepth;
  const size_t row_blocks = (units_ + kRowsAtOnce - 1) / kRowsAtOnce;
  // Rows of sums a power of two apart would share the first-level cache's lines.
  const size_t stride = pairs_.tile_columns() * kTileColumns + kTileColumns;
  fill_offsets(offsets_, pairs_.steps(), kTileDepth * sizeof(Bf16));
  Bf16* padded = padded_.reserve(depth * units_);
  std::memcpy(padded, dz, rows * units_ * sizeof(Bf16));
  std::fill_n(padded + rows * units_, (depth - rows) * units_, Bf16{});
  Bf16* transposed = transposed_.reserve(row_blocks * kRowsAtOnce * depth);
  sums_.resize(static_cast<size_t>(omp_get_max_threads()));
#pragma omp parallel
  {
    float* sums = sums_[static_cast<size_t>(omp_get_thread_num())].reserve(kRowsAtOnce * stride);
    TileSession session(kTileRows);
#pragma omp for schedule(dynamic)
    for (size_t block = 0; block < row_blocks; ++block) {
      const size_t first = block * kRowsAtOnce, count = std::min(kRowsAtOnce, units_ - first);
      Bf16* a = transposed + first * depth;
      transpose(padded + first, units_, depth, count, a, depth);
      std::fill_n(a + count * depth, (kRowsAtOnce - count) * depth, Bf16{});
      for (size_t column = 0; column < pairs_.blocks(); ++column) {
        TileProduct product = pairs_.product(column);
        product.a_offsets = offsets_.data();
        product.a_stride = static_cast<ptrdiff_t>(depth * sizeof(Bf16));
        product.c_stride = static_cast<ptrdiff_t>(stride * sizeof(float));
        for (size_t i = 0; i < 2; ++i) {
          product.a[i] = a + i * kTileRows * depth;
          product.c[i] = sums + i * kTileRows * stride + column * kBlockColumns;
        }
        session.multiply(product);
      }
      for (size_t row = 0; row < count; ++row) {
        std::memcpy(dw + (first + row) * inputs_, sums + row * stride, inputs_ * sizeof(float));
      }
    }
  }
}

}  // namespace belamy::kernels
