#include "belamy/kernels/dense.h"

#include <omp.h>

#include <algorithm>
#include <cstring>

#include "belamy/kernels/rows.h"
#include "belamy/kernels/tile_pack.h"

namespace belamy::kernels {
namespace {

constexpr size_t kBlockColumns = 2 * kTileColumns;
constexpr size_t kBlockRows = 2 * kTileRows;

constexpr size_t kTilesAtOnce = 16;  // of rows, whose sums wait for the rest of the depth
constexpr size_t kFewestJobs = 8;    // so that threads come out even

// Below so many multiplications waking the other threads costs more than they save.
constexpr size_t kSerialProducts = size_t{1} << 18;

// Of a block of rows of weights, when they are updated as soon as their gradient is there: with the
// optimiser's state of them, and what they are packed into, they are to stay in the second-level
// cache.
constexpr size_t kMostLateValues = size_t{1} << 16;

// Where a tile of rows starts: the last one overlaps the one before it where they do not come out
// even, and computes the same values again.
size_t tile_start(size_t tile, size_t rows, size_t height = kTileRows) {
  return rows < height ? 0 : std::min(tile * height, rows - height);
}

size_t tile_count(size_t rows, size_t height = kTileRows) {
  return (rows + height - 1) / height;
}

AlignedBuffer<float>& own(std::vector<AlignedBuffer<float>>& of_threads) {
  return of_threads[static_cast<size_t>(omp_get_thread_num())];
}

}  // namespace

template <class T>
size_t TileDense<T>::blocks_at_once(const PackedOperand<T>& b) {
  return (b.blocks() + kFewestJobs - 1) / kFewestJobs;
}

template <class T>
TileDense<T>::TileDense(size_t inputs, size_t units) : inputs_(inputs), units_(units) {}

template <class T>
void TileDense<T>::set_forward_weights(const float* weights) {
  if (has_few_units()) {
    std::copy_n(weights, inputs_ * units_, few_forward_.reserve(inputs_ * units_));
    return;
  }
  forward_.reserve(inputs_, units_);
#pragma omp parallel for schedule(dynamic) if (inputs_ * units_ > kSerialProducts / 16)
  for (size_t block = 0; block < forward_.blocks(); ++block)
    forward_.pack_block_from_rows(weights, block);
}

template <class T>
void TileDense<T>::set_backward_weights(const float* weights) {
  if (has_few_units()) {
    std::copy_n(weights, inputs_ * units_, few_backward_.reserve(inputs_ * units_));
    return;
  }
  backward_.reserve(units_, inputs_);
#pragma omp parallel for schedule(dynamic) if (inputs_ * units_ > kSerialProducts / 16)
  for (size_t step = 0; step < backward_.steps(); ++step) backward_.pack_step(weights, step);
}

// Rows shorter than a step are padded.
template <class T>
typename TileDense<T>::Rows TileDense<T>::whole_steps(const T* x, size_t rows, size_t depth,
                                                      AlignedBuffer<T>& padded) {
  constexpr size_t kDepth = kTileDepth<T>;
  Rows a{x, rows, depth, {}};
  if (depth < kDepth) {
    T* to = padded.reserve(rows * kDepth);
    std::fill_n(to, rows * kDepth, T{});
    for (size_t row = 0; row < rows; ++row) std::copy_n(x + row * depth, depth, to + row * kDepth);
    a.values = to;
    a.stride = depth = kDepth;
  }
  for (size_t begin = 0; begin < depth; begin += kDepth) {
    a.offsets.push_back(static_cast<int32_t>(std::min(begin, depth - kDepth) * sizeof(T)));
  }
  return a;
}

// Some blocks of columns of a times b, finished into y. A slice of B stays in the first-level cache
// while tiles of rows pass by, whose sums stay there too.
template <class T>
template <class Out>
void TileDense<T>::multiply_block(const Rows& a, PackedOperand<T>& b, size_t first,
                                  const float* bias, ActivationFunction function,
                                  TileSession<T>& session, AlignedBuffer<float>& buffer,
                                  Out* y) const {
  const size_t end = std::min(first + blocks_at_once(b), b.blocks());
  const size_t rows = tile_height<T>(a.rows), tiles = tile_count(a.rows, rows);
  float* sums = buffer.reserve(kTilesAtOnce * kTileRows * kBlockColumns);
  session.configure(rows);
  for (size_t block = first; block < end; ++block) {
    const size_t column = block * kBlockColumns;
    const float* of_bias = bias == nullptr ? nullptr : bias + column;
    for (size_t tile = 0; tile < tiles; tile += kTilesAtOnce) {
      const size_t count = std::min(kTilesAtOnce, tiles - tile);
      multiply_tiles(a, b.product(block), tile, count, session, sums);
      for (size_t i = 0; i < count; ++i) {
        finish_rows(sums + i * kTileRows * kBlockColumns, kBlockColumns, rows,
                    std::min(kBlockColumns, b.columns - column), of_bias, function,
                    y + tile_start(tile + i, a.rows, rows) * b.columns + column, b.columns);
      }
    }
  }
}

// Tiles of A from `first` on times a block of B: sums [tile][row][kBlockColumns].
template <class T>
void TileDense<T>::multiply_tiles(const Rows& a, TileProduct<T> product, size_t first, size_t count,
                                  TileSession<T>& session, float* sums) {
  const size_t height = tile_height<T>(a.rows);
  product.a_offsets = a.offsets.data();
  product.a_stride = static_cast<ptrdiff_t>(a.stride * sizeof(T));
  product.c_stride = static_cast<ptrdiff_t>(kBlockColumns * sizeof(float));
  for (size_t step = 0; step < product.steps; step += kCachedSteps) {
    TileProduct<T> slice = slice_of(product, step, std::min(kCachedSteps, product.steps - step));
    for (size_t tile = 0; tile < count; tile += 2) {
      slice.a_tiles = tile + 1 < count ? 2 : 1;
      for (size_t i = 0; i < static_cast<size_t>(slice.a_tiles); ++i) {
        slice.a[i] = a.values + tile_start(first + tile + i, a.rows, height) * a.stride;
        slice.c[i] = sums + (tile + i) * kTileRows * kBlockColumns;
      }
      session.multiply(slice);
    }
  }
}

template <class T>
template <class Out>
void TileDense<T>::forward(const T* x, size_t rows, const float* bias, ActivationFunction function,
                           Out* y) {
  if (has_few_units()) {
    float* z = few_sums_.reserve(rows * units_);
    few_units_forward(few_units(rows), x, few_forward_.data(), z);
    finish_rows(z, units_, rows, units_, bias, function, y, units_);
    return;
  }
  const Rows a = whole_steps(x, rows, inputs_, padded_);
  sums_.resize(static_cast<size_t>(omp_get_max_threads()));
#pragma omp parallel if (rows * inputs_ * units_ > kSerialProducts)
  {
    TileSession<T> session(kTileRows);
#pragma omp for schedule(dynamic)
    for (size_t block = 0; block < forward_.blocks(); block += blocks_at_once(forward_)) {
      multiply_block(a, forward_, block, bias, function, session, own(sums_), y);
    }
  }
}

template <class T>
const float* TileDense<T>::few_gradients(const T* dz, size_t rows) {
  float* floats = few_sums_.reserve(rows * units_);
  std::transform(dz, dz + rows * units_, floats, [](T value) { return to_float(value); });
  return floats;
}

// dz from dy, and db. dy itself serves for a linear activation.
template <class T>
const T* TileDense<T>::output_gradient(const DenseGradients<T>& gradients, size_t rows,
                                       ActivationFunction function) {
  const bool linear = function.kind == ActivationKind::kLinear;
  if (linear && gradients.db == nullptr) return gradients.dy;
  T* dz = gradient_.reserve(rows * units_);
  if (gradients.db != nullptr) std::fill_n(gradients.db, units_, 0.0f);
  const size_t blocks = (units_ + kBlockColumns - 1) / kBlockColumns;
#pragma omp parallel for schedule(dynamic, 2) if (rows * units_ > kSerialProducts / 16)
  for (size_t block = 0; block < blocks; ++block) {
    const size_t c = block * kBlockColumns;
    gradient_rows(linear ? nullptr : gradients.y + c, gradients.dy + c, rows,
                  std::min(kBlockColumns, units_ - c), units_, function, dz + c,
                  gradients.db == nullptr ? nullptr : gradients.db + c);
  }
  return dz;
}

template <class T>
void TileDense<T>::backward(const DenseGradients<T>& gradients, size_t rows,
                            ActivationFunction function) {
  const T* dz = output_gradient(gradients, rows, function);
  if (has_few_units()) {
    if (gradients.dx == nullptr && gradients.dw == nullptr) return;
    few_units_backward(few_units(rows), few_gradients(dz, rows), gradients.x, few_backward_.data(),
                       gradients.dx, gradients.dw);
    return;
  }
  Rows a;
  size_t of_dx = 0, of_dw = 0;  // jobs
  if (gradients.dx != nullptr) {
    a = whole_steps(dz, rows, units_, padded_);
    of_dx = (backward_.blocks() + blocks_at_once(backward_) - 1) / blocks_at_once(backward_);
  }
  const bool makes_dw = gradients.dw != nullptr || gradients.late_dw;
  if (makes_dw) prepare_weight_gradient(rows);
  if (gradients.dw != nullptr) of_dw = gradient_jobs();
  sums_.resize(static_cast<size_t>(omp_get_max_threads()));
#pragma omp parallel if (rows * inputs_ * units_ > kSerialProducts)
  {
    TileSession<T> session(kTileRows);
    if (makes_dw) {
#pragma omp for schedule(dynamic) nowait
      for (size_t step = 0; step < pairs_.steps(); ++step) pair_inputs(gradients.x, rows, step);
#pragma omp for schedule(dynamic) nowait
      for (size_t unit = 0; unit < units_; unit += kBlockRows) {
        transpose_outputs(dz, rows, unit, std::min(kBlockRows, units_ - unit));
      }
    }
#pragma omp for schedule(dynamic)
    for (size_t job = 0; job < of_dx; ++job) {
      multiply_block(a, backward_, job * blocks_at_once(backward_), nullptr, ActivationFunction{},
                     session, own(sums_), gradients.dx);
    }
#pragma omp for schedule(dynamic)
    for (size_t job = 0; job < of_dw; ++job) {
      weight_gradient_job(job, session, own(sums_), gradients.dw);
    }
  }
}

// Room for what the product of the outputs' gradient and the inputs takes.
template <class T>
void TileDense<T>::prepare_weight_gradient(size_t rows) {
  pairs_.reserve(rows, inputs_);
  transposed_.reserve(tile_count(units_) * kTileRows * transposed_stride());
  row_offsets_.resize(pairs_.steps());
  for (size_t step = 0; step < pairs_.steps(); ++step) {
    row_offsets_[step] = static_cast<int32_t>(step * kTileDepth<T> * sizeof(T));
  }
}

// One step of B: some rows of x, as tiles. Rows and columns that do not fill tiles are padded.
template <class T>
void TileDense<T>::pair_inputs(const T* x, size_t rows, size_t step) {
  constexpr size_t kDepth = kTileDepth<T>;
  const size_t first = step * kDepth, count = std::min(kDepth, rows - first);
  for (size_t block = 0; block < pairs_.blocks(); ++block) {
    for (size_t i = 0; i < pairs_.block_tiles(block); ++i) {
      const size_t column = (2 * block + i) * kTileColumns;
      const size_t columns = std::min(kTileColumns, inputs_ - column);
      const T* from = x + first * inputs_ + column;
      if (count == kDepth && columns == kTileColumns) {
        tile_rows(from, inputs_, pairs_.tile(block, step, i));
        continue;
      }
      alignas(64) T edge[kTileSize<T>] = {};
      for (size_t row = 0; row < count; ++row) {
        std::copy_n(from + row * inputs_, columns, edge + row * kTileColumns);
      }
      tile_rows(edge, kTileColumns, pairs_.tile(block, step, i));
    }
  }
}

// dz's columns from `first` on as rows of A.
template <class T>
void TileDense<T>::transpose_outputs(const T* dz, size_t rows, size_t first, size_t count) {
  constexpr size_t kDepth = kTileDepth<T>;
  const size_t whole = rows / kDepth * kDepth, stride = transposed_stride();
  T* to = transposed_.data() + first * stride;
  if (whole > 0) transpose(dz + first, units_, whole, count, to, stride);
  if (whole == rows) return;
  for (size_t c = 0; c < count; ++c) {
    for (size_t row = whole; row < rows; ++row) {
      to[c * stride + row] = dz[row * units_ + first + c];
    }
    std::fill(to + c * stride + rows, to + (c + 1) * stride, T{});
  }
}

// dW is dz^T x, in jobs of some rows or some columns: whichever reads the larger operand once.
template <class T>
bool TileDense<T>::gradient_by_columns() const {
  return inputs_ > 4 * units_;
}

template <class T>
size_t TileDense<T>::gradient_jobs() const {
  return gradient_by_columns() ? pairs_.blocks() : (units_ + kBlockRows - 1) / kBlockRows;
}

template <class T>
void TileDense<T>::weight_gradient_job(size_t job, TileSession<T>& session,
                                       AlignedBuffer<float>& sums, float* dw) {
  if (gradient_by_columns()) {
    for (size_t unit = 0; unit < units_; unit += kBlockRows) {
      weight_gradient_block(unit, job, session, sums, dw + unit * inputs_);
    }
  } else {
    const size_t unit = job * kBlockRows;
    weight_gradient_rows(unit, session, sums, dw + unit * inputs_);
  }
}

// dw: of up to kBlockRows units from `unit` on.
template <class T>
void TileDense<T>::weight_gradient_rows(size_t unit, TileSession<T>& session,
                                        AlignedBuffer<float>& sums, float* dw) {
  for (size_t block = 0; block < pairs_.blocks(); ++block) {
    weight_gradient_block(unit, block, session, sums, dw);
  }
}

template <class T>
bool TileDense<T>::gradient_may_be_late() const {
  return !has_few_units() && !gradient_by_columns() && kBlockRows * inputs_ <= kMostLateValues;
}

// A block of units is one of forward_'s columns and some whole steps of backward_'s.
template <class T>
void TileDense<T>::update_weights(const UseGradient& use, const float* weights, WeightPacks packs) {
  static_assert(kBlockRows == kBlockColumns && kBlockRows % kTileDepth<T> == 0);
  constexpr size_t kSteps = kBlockRows / kTileDepth<T>;
  const size_t blocks = (units_ + kBlockRows - 1) / kBlockRows;
  sums_.resize(static_cast<size_t>(omp_get_max_threads()));
  late_rows_.resize(sums_.size());
#pragma omp parallel if (pairs_.depth * inputs_ * units_ > kSerialProducts)
  {
    TileSession<T> session(kTileRows);
    float* dw = own(late_rows_).reserve(kBlockRows * inputs_);
#pragma omp for schedule(dynamic)
    for (size_t block = 0; block < blocks; ++block) {
      const size_t unit = block * kBlockRows, count = std::min(kBlockRows, units_ - unit);
      weight_gradient_rows(unit, session, own(sums_), dw);
      use(unit * inputs_, count * inputs_, dw);
      if (packs.forward) forward_.pack_block_from_rows(weights, block);
      if (!packs.backward) continue;
      const size_t end = std::min((block + 1) * kSteps, backward_.steps());
      for (size_t step = block * kSteps; step < end; ++step) backward_.pack_step(weights, step);
    }
  }
}

// Up to two by two tiles of dw, which begins at `unit`, written where they belong if they fill
// their columns.
template <class T>
void TileDense<T>::weight_gradient_block(size_t unit, size_t block, TileSession<T>& session,
                                         AlignedBuffer<float>& sums, float* dw) {
  const size_t count = std::min(kBlockRows, units_ - unit), column = block * kBlockColumns;
  const size_t columns = std::min(kBlockColumns, inputs_ - column);
  const bool in_place = columns % kTileColumns == 0;
  const size_t stride = in_place ? inputs_ : kBlockColumns;
  float* to = in_place ? dw + column : sums.reserve(kBlockRows * kBlockColumns);
  session.configure(std::min(kTileRows, count));
  TileProduct<T> product = pairs_.product(block);
  product.a_tiles = static_cast<int>(tile_count(count));
  product.a_offsets = row_offsets_.data();
  product.a_stride = static_cast<ptrdiff_t>(transposed_stride() * sizeof(T));
  product.c_stride = static_cast<ptrdiff_t>(stride * sizeof(float));
  for (size_t i = 0; i < tile_count(count); ++i) {
    const size_t start = tile_start(i, count);
    product.a[i] = transposed_.data() + (unit + start) * transposed_stride();
    product.c[i] = to + start * stride;
  }
  session.multiply(product);
  if (in_place) return;
  for (size_t row = 0; row < count; ++row) {
    std::copy_n(to + row * stride, columns, dw + row * inputs_ + column);
  }
}

template class TileDense<Bf16>;
template class TileDense<float>;
template void TileDense<Bf16>::forward(const Bf16*, size_t, const float*, ActivationFunction,
                                       Bf16*);
template void TileDense<Bf16>::forward(const Bf16*, size_t, const float*, ActivationFunction,
                                       float*);
template void TileDense<float>::forward(const float*, size_t, const float*, ActivationFunction,
                                        float*);

}  // namespace belamy::kernels
