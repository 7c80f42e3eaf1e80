#include "belamy/kernels/scatter_correlation.h"

#include <algorithm>
#include <cstring>
#include <vector>

#include "belamy/kernels/rows.h"
#include "belamy/kernels/tile_pack.h"

namespace belamy::kernels {
namespace {

// What adding up one product costs, in multiplications: vectors of it, or one by one.
template <class T>
constexpr size_t kVectorAddition = kTilePacking<T> > 1 ? 48 : 3;
template <class T>
constexpr size_t kSingleAddition = 16 * kVectorAddition<T>;

// Few enough for their products to stay in a near cache.
constexpr size_t kPixelsAtOnce = 64;

ptrdiff_t signed_of(size_t value) {
  return static_cast<ptrdiff_t>(value);
}

ptrdiff_t before(size_t position, size_t pad) {
  return signed_of(position) - signed_of(pad);
}

size_t kernel_taps(const Correlation& shape) {
  size_t taps = 0;
  for (const CorrelationPhase& phase : shape.phases) {
    for (const Tap& tap : phase.taps) taps = std::max(taps, tap.kernel + 1);
  }
  return taps;
}

}  // namespace

template <class T>
double ScatterCorrelation<T>::cost(const Correlation& shape) {
  const size_t outputs = shape.out_channels, taps = kernel_taps(shape);
  const size_t pixels = shape.source_rows * shape.source_columns;
  const size_t additions = std::min(shape.sums(), pixels * taps) * outputs;
  const size_t addition = outputs < kTileColumns ? kSingleAddition<T> : kVectorAddition<T>;
  return static_cast<double>(pixels * shape.source_channels *
                             round_up(taps * outputs, kTileColumns)) +
         static_cast<double>(additions * addition);
}

template <class T>
ScatterCorrelation<T>::ScatterCorrelation(Correlation shape, bool towards_output)
    : shape_(std::move(shape)), towards_output_(towards_output), taps_(kernel_taps(shape_)) {
  for (size_t step = 0; step < steps(); ++step) {
    offsets_.push_back(static_cast<int32_t>(step * kTileDepth<T> * sizeof(T)));
  }
}

// Towards the input the weights lie as they are needed.
template <class T>
const float* ScatterCorrelation<T>::gather_matrix(const KernelMatrices& weights) {
  if (!towards_output_) return weights.values;
  const size_t outputs = shape_.out_channels, width = taps_ * outputs;
  float* matrix = matrix_.reserve(shape_.source_channels * width);
  for (size_t channel = 0; channel < shape_.source_channels; ++channel) {
    for (size_t tap = 0; tap < taps_; ++tap) {
      for (size_t f = 0; f < outputs; ++f) {
        matrix[channel * width + tap * outputs + f] =
            weights.values[(f * taps_ + tap) * weights.in_channels + channel];
      }
    }
  }
  return matrix;
}

template <class T>
void ScatterCorrelation<T>::pack(const KernelMatrices& weights) {
  constexpr size_t kDepth = kTileDepth<T>;
  const float* matrix = gather_matrix(weights);
  const size_t width = taps_ * shape_.out_channels;
  T* packed = packed_.reserve(depth() * columns());
#pragma omp parallel for schedule(dynamic)
  for (size_t column = 0; column < columns(); column += 2 * kTileColumns) {
    T* tile = packed + column * depth();
    const size_t end = std::min(column + 2 * kTileColumns, columns());
    for (size_t row = 0; row < depth(); row += kDepth) {
      for (size_t c = column; c < end; c += kTileColumns, tile += kTileSize<T>) {
        pack_tile(matrix + row * width + c, width, std::min(kDepth, shape_.source_channels - row),
                  std::min(kTileColumns, width - c), tile);
      }
    }
  }
}

template <class T>
void ScatterCorrelation<T>::run(const T* source, size_t images, const float* bias,
                                TileSession<T>& session, Workspace& workspace, float* sums) const {
  const size_t channels = shape_.out_channels, row_size = shape_.source_columns;
  const size_t pixels = images * shape_.out_rows * shape_.out_columns;
  if (bias == nullptr) std::fill_n(sums, pixels * channels, 0.0f);
  for (size_t pixel = 0; bias != nullptr && pixel < pixels; ++pixel) {
    std::copy_n(bias, channels, sums + pixel * channels);
  }
  const size_t out_size = shape_.out_rows * shape_.out_columns * channels;
  const size_t at_once = (kPixelsAtOnce + row_size - 1) / row_size;  // rows
  const size_t rows = images * shape_.source_rows;
  for (size_t first = 0; first < rows; first += at_once) {
    const size_t count = std::min(at_once, rows - first);
    multiply(source + first * row_size * shape_.source_channels, count * row_size, session,
             workspace);
    for (size_t i = 0; i < count; ++i) {
      const size_t image = (first + i) / shape_.source_rows;
      add_row((first + i) % shape_.source_rows,
              workspace.products.data() + i * row_size * columns(), sums + image * out_size);
    }
  }
}

// products: [pixel][columns()]. Pixels are read where they stand if their channels fill steps.
template <class T>
void ScatterCorrelation<T>::multiply(const T* pixels, size_t count, TileSession<T>& session,
                                     Workspace& workspace) const {
  const size_t channels = shape_.source_channels, width = columns();
  const size_t tiles = (count + kTileRows - 1) / kTileRows, rows = std::min(count, kTileRows);
  if (channels != depth()) {
    T* padded = workspace.padded.reserve_zeros(count * depth());
    for (size_t pixel = 0; pixel < count; ++pixel) {
      std::copy_n(pixels + pixel * channels, channels, padded + pixel * depth());
    }
    pixels = padded;
  }
  float* products = workspace.products.reserve(count * width);
  session.configure(rows);
  TileProduct<T> product;
  product.a_offsets = offsets_.data();
  product.a_stride = static_cast<ptrdiff_t>(depth() * sizeof(T));
  product.c_stride = static_cast<ptrdiff_t>(width * sizeof(float));
  product.b_second = kTileSize<T> * sizeof(T);
  product.steps = steps();
  for (size_t column = 0; column < width; column += 2 * kTileColumns) {
    product.b = packed_.data() + column * depth();
    product.b_tiles = column + kTileColumns < width ? 2 : 1;
    product.b_step =
        static_cast<ptrdiff_t>(static_cast<size_t>(product.b_tiles) * kTileSize<T> * sizeof(T));
    for (size_t tile = 0; tile < tiles; tile += 2) {
      product.a_tiles = tile + 1 < tiles ? 2 : 1;
      for (size_t i = 0; i < static_cast<size_t>(product.a_tiles); ++i) {
        // The last tile overlaps the one before it and computes the same values again.
        const size_t first = std::min((tile + i) * kTileRows, count - rows);
        product.a[i] = pixels + first * depth();
        product.c[i] = products + first * width + column;
      }
      session.multiply(product);
    }
  }
}

// What one row of source pixels adds.
template <class T>
void ScatterCorrelation<T>::add_row(size_t row, const float* products, float* sums) const {
  for (const CorrelationPhase& phase : shape_.phases) {
    for (const Tap& tap : phase.taps) {
      // Output row i looks at source row start + i * step.
      const ptrdiff_t from_start =
          before(row, phase.source_row + tap.row) + signed_of(shape_.pad_top);
      const ptrdiff_t step = signed_of(shape_.source_row_step);
      if (from_start < 0 || from_start % step != 0) continue;
      const auto i = static_cast<size_t>(from_start / step);
      if (i >= phase.rows) continue;
      const size_t to_row = phase.first_row + i * shape_.row_step;
      add_tap(phase, tap, products, sums + to_row * shape_.out_columns * shape_.out_channels);
    }
  }
}

// products: of a row of source pixels; sums: of a row of outputs.
template <class T>
void ScatterCorrelation<T>::add_tap(const CorrelationPhase& phase, const Tap& tap,
                                    const float* products, float* sums) const {
  const size_t channels = shape_.out_channels, step = shape_.source_column_step;
  const ptrdiff_t start = before(phase.source_column + tap.column, shape_.pad_left);
  const size_t first = start < 0 ? (static_cast<size_t>(-start) + step - 1) / step : 0;
  const ptrdiff_t room = signed_of(shape_.source_columns) - start;  // positions below the end
  if (room <= 0) return;
  const size_t end = std::min(phase.columns, (static_cast<size_t>(room) + step - 1) / step);
  const size_t from_step = step * columns(), to_step = shape_.column_step * channels;
  const float* from =
      products + (start + signed_of(first * step)) * signed_of(columns()) + tap.kernel * channels;
  float* to = sums + (phase.first_column + first * shape_.column_step) * channels;
  if (channels == 1) {
    for (size_t j = first; j < end; ++j, from += from_step, to += to_step) *to += *from;
    return;
  }
  if (channels >= kTileColumns) {
    for (size_t j = first; j < end; ++j, from += from_step, to += to_step) {
      add(from, to, channels);
    }
    return;
  }
  for (size_t j = first; j < end; ++j, from += from_step, to += to_step) {
    for (size_t f = 0; f < channels; ++f) to[f] += from[f];
  }
}

template class ScatterCorrelation<Bf16>;
template class ScatterCorrelation<float>;

}  // namespace belamy::kernels
