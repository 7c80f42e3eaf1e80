#include "belamy/kernels/tile_correlation.h"

#include <algorithm>
#include <cstring>

#include "belamy/kernels/tile_pack.h"

namespace belamy::kernels {
namespace {

constexpr size_t kPanelTiles = 32;  // A tiles gathered at a time

// What a product of tiles of so many rows costs, as a part of one of whole tiles. AMX takes nearly
// as long for a few rows; vectors take as long as they have rows.
template <class T>
double tile_cost(size_t rows) {
  if (runs_on_tiles<T>()) return 0.78 + 0.22 * static_cast<double>(rows) / kTileRows;
  return static_cast<double>(std::max<size_t>(rows, 7)) / kTileRows;
}

// What gathering a tile costs for each block of B, likewise.
template <class T>
double gather_cost(size_t blocks) {
  return (runs_on_tiles<T>() ? 2.0 : 0.25) / static_cast<double>(blocks);
}

}  // namespace

template <class T>
TileCorrelation<T>::TileCorrelation(Correlation shape, bool towards_output)
    : shape_(std::move(shape)),
      towards_output_(towards_output),
      whole_steps_(shape_.source_channels % kTileDepth<T> == 0) {
  size_t packed = 0;
  for (const CorrelationPhase& phase : shape_.phases) {
    phases_.push_back(make_phase(phase));
    phases_.back().packed_begin = packed;
    packed += phases_.back().steps() * tile_columns() * kTileSize<T>;
  }
  packed_.reserve(packed);
}

template <class T>
typename TileCorrelation<T>::Phase TileCorrelation<T>::make_phase(
    const CorrelationPhase& shape) const {
  Phase phase;
  const size_t channels = shape_.source_channels;
  phase.depth = round_up(shape.taps.size() * channels, kTileDepth<T>);
  phase.rows = shape.rows;
  phase.columns = shape.columns;
  const auto position = [&](size_t place, size_t column) {
    return (place * shape_.padded_columns + column) * channels;
  };
  const auto tap_position = [&](const Tap& tap) {
    return position(shape_.place_of_row(shape.source_row + tap.row),
                    shape.source_column + tap.column);
  };
  for (size_t row = 0; row < shape.rows; ++row) {
    for (size_t column = 0; column < shape.columns; ++column) {
      phase.sources.push_back(position(row, column * shape_.source_column_step));
    }
  }
  if (whole_steps_) {
    for (const Tap& tap : shape.taps) {
      for (size_t channel = 0; channel < channels; channel += kTileDepth<T>) {
        const size_t values = tap_position(tap) + channel;
        phase.offsets.push_back(static_cast<int32_t>(values * sizeof(T)));
      }
    }
  }
  if (!whole_steps_) {
    for (size_t i = 0; i < shape.taps.size(); ++i) {
      const Tap& tap = shape.taps[i];
      const bool starts = i == 0 || tap.row != shape.taps[i - 1].row;
      if (starts) phase.runs.push_back({tap_position(tap), 0});
      phase.runs.back().count += channels;
    }
  }
  for (size_t step = 0; step < phase.steps(); ++step) {
    phase.panel_offsets.push_back(
        static_cast<int32_t>(step * kTileRows * kTileDepth<T> * sizeof(T)));
  }
  phase.row_pitch = phase.columns;
  if (whole_steps_) plan_tiles(phase);
  return phase;
}

// Rows by themselves leave tiles part empty; tiles across rows compute what lies between rows, too;
// gathering wastes nothing, but has to be done.
template <class T>
void TileCorrelation<T>::plan_tiles(Phase& phase) const {
  Phase by_rows = phase, across = phase;
  cut_rows(by_rows);
  run_across_rows(across);
  const auto cost = [](const Phase& plan) {
    return static_cast<double>(plan.tiles.size()) * tile_cost<T>(plan.tile_rows);
  };
  const double gathered =
      static_cast<double>(phase.rows * phase.columns) / kTileRows * (1 + gather_cost<T>(blocks()));
  const Phase& direct = cost(by_rows) <= cost(across) ? by_rows : across;
  if (cost(direct) <= gathered) phase = direct;
}

// Rows are cut into tiles of equal height; the last of a row overlaps the one before where they
// do not come out even, and computes the same values again.
template <class T>
void TileCorrelation<T>::cut_rows(Phase& phase) const {
  const size_t tiles = (phase.columns + kTileRows - 1) / kTileRows;
  phase.tile_rows = (phase.columns + tiles - 1) / tiles;
  for (size_t row = 0; row < phase.rows; ++row) {
    for (size_t tile = 0; tile < tiles; ++tile) {
      const size_t column = std::min(tile * phase.tile_rows, phase.columns - phase.tile_rows);
      const size_t pixel = row * phase.columns + column;
      phase.tiles.push_back({phase.sources[pixel], pixel});
    }
  }
}

// The image is one row from its first to its last pixel.
template <class T>
void TileCorrelation<T>::run_across_rows(Phase& phase) const {
  phase.row_pitch = shape_.padded_columns / shape_.source_column_step;
  const size_t pixels = (phase.rows - 1) * phase.row_pitch + phase.columns;
  phase.tile_rows = std::min(kTileRows, pixels);
  const size_t tiles = (pixels + kTileRows - 1) / kTileRows;
  for (size_t tile = 0; tile < tiles; ++tile) {
    const size_t pixel = std::min(tile * kTileRows, pixels - phase.tile_rows);
    const size_t column = pixel * shape_.source_column_step;
    phase.tiles.push_back({column * shape_.source_channels, pixel});
  }
}

template <class T>
T* TileCorrelation<T>::packed_block(const Phase& phase, size_t block) {
  return packed_.data() + phase.packed_begin + block * phase.steps() * 2 * kTileSize<T>;
}

template <class T>
const T* TileCorrelation<T>::packed_block(const Phase& phase, size_t block) const {
  return packed_.data() + phase.packed_begin + block * phase.steps() * 2 * kTileSize<T>;
}

template <class T>
void TileCorrelation<T>::pack(const KernelMatrices& weights) {
  const size_t jobs = phases_.size() * blocks();
#pragma omp parallel for schedule(dynamic)
  for (size_t job = 0; job < jobs; ++job) {
    const size_t phase = job / blocks(), block = job % blocks();
    whole_steps_ ? pack_block(phase, block, weights) : pack_flat_block(phase, block, weights);
  }
}

template <class T>
void TileCorrelation<T>::pack_block(size_t index, size_t block, const KernelMatrices& weights) {
  const Phase& phase = phases_[index];
  const size_t row = weights.taps * weights.in_channels;  // one output channel's weights
  T* tile = packed_block(phase, block);
  for (const Tap& tap : shape_.phases[index].taps) {
    for (size_t channel = 0; channel < shape_.source_channels; channel += kTileDepth<T>) {
      for (size_t i = 0; i < block_tiles(block); ++i, tile += kTileSize<T>) {
        const size_t column = (2 * block + i) * kTileColumns;
        const size_t columns = std::min(kTileColumns, shape_.out_channels - column);
        const float* of_tap = weights.values + tap.kernel * weights.in_channels;
        if (towards_output_) {
          pack_tile_transposed(of_tap + column * row + channel, row, kTileDepth<T>, columns, tile);
        } else {
          pack_tile(of_tap + channel * row + column, row, kTileDepth<T>, columns, tile);
        }
      }
    }
  }
}

// Steps that cross taps: the block's weights are first written out, a row for each tap and channel.
template <class T>
void TileCorrelation<T>::pack_flat_block(size_t index, size_t block,
                                         const KernelMatrices& weights) {
  const Phase& phase = phases_[index];
  const size_t row = weights.taps * weights.in_channels;
  const size_t width = block_tiles(block) * kTileColumns, first = 2 * block * kTileColumns;
  const size_t columns = std::min(width, shape_.out_channels - first);
  std::vector<float> matrix(phase.depth * width, 0.0f);
  float* to = matrix.data();
  for (const Tap& tap : shape_.phases[index].taps) {
    const float* of_tap = weights.values + tap.kernel * weights.in_channels;
    for (size_t channel = 0; channel < shape_.source_channels; ++channel, to += width) {
      for (size_t c = 0; c < columns; ++c) {
        to[c] = towards_output_ ? of_tap[(first + c) * row + channel]
                                : of_tap[channel * row + first + c];
      }
    }
  }
  T* tile = packed_block(phase, block);
  for (size_t step = 0; step < phase.steps(); ++step) {
    for (size_t i = 0; i < block_tiles(block); ++i, tile += kTileSize<T>) {
      pack_tile(&matrix[step * kTileDepth<T> * width + i * kTileColumns], width, kTileDepth<T>,
                kTileColumns, tile);
    }
  }
}

template <class T>
size_t TileCorrelation<T>::sums_begin(size_t phase, size_t images) const {
  size_t pixels = 0;
  for (size_t i = 0; i < phase; ++i) pixels += image_pitch(i) * images;
  return pixels * sums_stride();
}

template <class T>
size_t TileCorrelation<T>::sums_size(size_t images) const {
  return sums_begin(phases_.size(), images) + 2 * kTileRows * sums_stride();
}

template <class T>
void TileCorrelation<T>::run(const T* source, size_t images, TileSession<T>& session,
                             AlignedBuffer<T>& panel, float* sums) const {
  for (size_t i = 0; i < phases_.size(); ++i) {
    float* to = sums + sums_begin(i, images);
    if (shape_.phases[i].taps.empty()) {
      std::fill_n(to, image_pitch(i) * images * sums_stride(), 0.0f);
    } else if (!phases_[i].tiles.empty()) {
      run_direct(phases_[i], source, images, session, to);
    } else {
      run_gathered(phases_[i], source, images, session, panel, to);
    }
  }
}

template <class T>
void TileCorrelation<T>::run_direct(const Phase& phase, const T* source, size_t images,
                                    TileSession<T>& session, float* sums) const {
  session.configure(phase.tile_rows);
  TileProduct<T> product;
  product.a_offsets = phase.offsets.data();
  product.a_stride =
      static_cast<ptrdiff_t>(shape_.source_column_step * shape_.source_channels * sizeof(T));
  const size_t per_image = phase.tiles.size(), tiles = images * per_image;
  const size_t image_pitch = phase.rows * phase.row_pitch;
  for (size_t block = 0; block < blocks(); ++block) {
    take_block(phase, block, product);
    float* column = sums + 2 * block * kTileColumns;
    for (size_t tile = 0; tile < tiles; tile += 2) {
      product.a_tiles = tile + 1 < tiles ? 2 : 1;
      for (int i = 0; i < product.a_tiles; ++i) {
        const size_t image = (tile + static_cast<size_t>(i)) / per_image;
        const Tile& at = phase.tiles[(tile + static_cast<size_t>(i)) % per_image];
        product.a[i] = source + image * shape_.padded_size() + at.source;
        product.c[i] = column + (image * image_pitch + at.sums) * sums_stride();
      }
      session.multiply(product);
    }
  }
}

template <class T>
void TileCorrelation<T>::run_gathered(const Phase& phase, const T* source, size_t images,
                                      TileSession<T>& session, AlignedBuffer<T>& panel,
                                      float* sums) const {
  session.configure(kTileRows);
  const size_t tile_size = kTileRows * phase.depth;
  const size_t of_image = phase.sources.size();
  const size_t pixels = images * of_image, tiles = (pixels + kTileRows - 1) / kTileRows;
  T* gathered = panel.reserve(kPanelTiles * tile_size + phase.depth + kRunOverhang);
  T* row_values = gathered + kPanelTiles * tile_size;  // one row, before it is cut into steps
  TileProduct<T> product;
  product.a_offsets = phase.panel_offsets.data();
  product.a_stride = static_cast<ptrdiff_t>(kTileDepth<T> * sizeof(T));
  for (size_t first = 0; first < tiles; first += kPanelTiles) {
    const size_t count = std::min(kPanelTiles, tiles - first);
    for (size_t i = 0; i < count * kTileRows; ++i) {
      const size_t pixel = std::min(first * kTileRows + i, pixels - 1);
      const T* start =
          source + pixel / of_image * shape_.padded_size() + phase.sources[pixel % of_image];
      gather(phase, start, i % kTileRows, gathered + i / kTileRows * tile_size, row_values);
    }
    for (size_t block = 0; block < blocks(); ++block) {
      take_block(phase, block, product);
      float* column = sums + 2 * block * kTileColumns;
      for (size_t step = 0; step < phase.steps(); step += kCachedSteps) {
        TileProduct<T> slice =
            slice_of(product, step, std::min(kCachedSteps, phase.steps() - step));
        for (size_t tile = 0; tile < count; tile += 2) {
          slice.a_tiles = tile + 1 < count ? 2 : 1;
          for (size_t i = 0; i < 2; ++i) {
            slice.a[i] = gathered + (tile + i) * tile_size;
            slice.c[i] = column + (first + tile + i) * kTileRows * sums_stride();
          }
          session.multiply(slice);
        }
      }
    }
  }
}

// One pixel's values for all steps, into its row of a tile that is stored step after step.
// `row_values` is room for one row and kRunOverhang more.
template <class T>
void TileCorrelation<T>::gather(const Phase& phase, const T* start, size_t row, T* tile,
                                T* row_values) const {
  constexpr size_t kStepSize = kTileRows * kTileDepth<T>;
  T* to = tile + row * kTileDepth<T>;
  if (whole_steps_) {
    const auto* bytes = reinterpret_cast<const char*>(start);
    for (const int32_t offset : phase.offsets) {
      std::memcpy(to, bytes + offset, kTileDepth<T> * sizeof(T));
      to += kStepSize;
    }
    return;
  }
  T* filled = row_values;
  for (const typename Phase::Run& run : phase.runs) {
    copy_run(start + run.offset, run.count, filled);
    filled += run.count;
  }
  std::fill(filled, row_values + phase.depth, T{});
  for (size_t step = 0; step < phase.steps(); ++step, to += kStepSize) {
    std::memcpy(to, row_values + step * kTileDepth<T>, kTileDepth<T> * sizeof(T));
  }
}

template <class T>
void TileCorrelation<T>::take_block(const Phase& phase, size_t block,
                                    TileProduct<T>& product) const {
  product.b = packed_block(phase, block);
  product.b_tiles = static_cast<int>(block_tiles(block));
  product.b_step = static_cast<ptrdiff_t>(block_tiles(block) * kTileSize<T> * sizeof(T));
  product.b_second = static_cast<ptrdiff_t>(kTileSize<T> * sizeof(T));
  product.steps = phase.steps();
  product.c_stride = static_cast<ptrdiff_t>(sums_stride() * sizeof(float));
}

template class TileCorrelation<Bf16>;
template class TileCorrelation<float>;

}  // namespace belamy::kernels
