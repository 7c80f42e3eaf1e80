#include "belamy/kernels/winograd_correlation.h"

#include <algorithm>
#include <limits>
#include <numeric>
#include <optional>
#include <utility>

#include "belamy/kernels/winograd_transforms.h"

namespace belamy::kernels {

template <class T>
double WinogradCorrelation<T>::cost(const Correlation& shape) {
  constexpr double kNever = std::numeric_limits<double>::infinity();
  if (runs_on_tiles<T>() || shape.source_channels % kTileDepth<T> != 0) return kNever;
  const auto in = static_cast<double>(shape.source_channels);
  const auto out = static_cast<double>(round_up(shape.out_channels, kTileColumns));
  double cost = 0;
  for (const CorrelationPhase& phase : shape.phases) {
    const std::optional<WinogradPlan> plan = WinogradPlan::of(shape, phase);
    if (!plan || !plan->is_worth_weights(shape.source_channels, shape.out_channels)) return kNever;
    const WinogradPlane<size_t> rows = plan->rows();
    const auto sums = static_cast<double>(std::accumulate(rows.begin(), rows.end(), size_t{0}));
    cost += static_cast<double>(plan->products()) * in * (out + kWinogradSourceCost<T>);
    cost += sums * out * kWinogradSumCost<T>;
  }
  return cost;
}

template <class T>
WinogradCorrelation<T>::WinogradCorrelation(Correlation shape, bool towards_output)
    : shape_(std::move(shape)),
      towards_output_(towards_output),
      outside_(shape_.source_channels, T{}) {
  size_t packed = 0;
  for (const CorrelationPhase& phase : shape_.phases) {
    phases_.push_back(make_phase(phase));
    for (size_t p = 0; p < kWinogradPlane; ++p) {
      phases_.back().packed_begin[p] = packed;
      packed += phases_.back().steps[p] * tile_columns() * kTileSize<T>;
    }
  }
  packed_.reserve(packed);
}

template <class T>
typename WinogradCorrelation<T>::Phase WinogradCorrelation<T>::make_phase(
    const CorrelationPhase& shape) const {
  Phase phase{.plan = WinogradPlan::of(shape_, shape).value(), .first_step = {}};
  for (const WinogradChunk& chunk : phase.plan.chunks) {
    phase.first_step.push_back(phase.steps);
    for (size_t p = 0; p < kWinogradPlane; ++p) {
      if (chunk.at_point[p]) phase.steps[p] += source_steps();
    }
  }
  return phase;
}

template <class T>
size_t WinogradCorrelation<T>::packed_at(const Phase& phase, size_t point, size_t block) const {
  return phase.packed_begin[point] + block * phase.steps[point] * 2 * kTileSize<T>;
}

template <class T>
void WinogradCorrelation<T>::pack(const KernelMatrices& weights) {
  struct Job {
    const Phase* phase;
    size_t chunk, step, block;
  };
  std::vector<Job> jobs;
  for (const Phase& phase : phases_) {
    for (size_t chunk = 0; chunk < phase.plan.chunks.size(); ++chunk) {
      for (size_t step = 0; step < source_steps(); ++step) {
        for (size_t block = 0; block < blocks(); ++block) {
          jobs.push_back({&phase, chunk, step, block});
        }
      }
    }
  }
#pragma omp parallel for schedule(dynamic)
  for (size_t i = 0; i < jobs.size(); ++i) {
    const Job& job = jobs[i];
    const size_t column = job.block * kWinogradColumns;
    WinogradPlane<T*> to;
    for (size_t p = 0; p < kWinogradPlane; ++p) {
      const size_t step = job.phase->first_step[job.chunk][p] + job.step;
      to[p] = packed_.data() + packed_at(*job.phase, p, job.block) +
              step * block_tiles(job.block) * kTileSize<T>;
    }
    pack_winograd({.weights = weights,
                   .chunk = &job.phase->plan.chunks[job.chunk],
                   .towards_output = towards_output_,
                   .channel = job.step * kTileDepth<T>,
                   .column = column,
                   .columns = std::min(kWinogradColumns, shape_.out_channels - column)},
                  to);
  }
}

template <class T>
void WinogradCorrelation<T>::run(const T* source, size_t images, TileSession<T>& session,
                                 WinogradWorkspace<T>& workspace, float* sums) const {
  for (size_t phase = 0; phase < phases_.size(); ++phase) {
    for_winograd_parts(images * phases_[phase].plan.tiles.size(), [&](size_t first, size_t count) {
      run_tiles(phase, first, count, source, session, workspace, sums);
    });
  }
}

template <class T>
void WinogradCorrelation<T>::run_tiles(size_t index, size_t first, size_t count, const T* source,
                                       TileSession<T>& session, WinogradWorkspace<T>& workspace,
                                       float* sums) const {
  const Phase& phase = phases_[index];
  const WinogradRows<T> rows(phase.plan, phase.steps, first, count);
  // Zeros, because the last tiles' rows that no tile of the image fills are multiplied, too.
  T* values = workspace.source.reserve_zeros(rows.source_size());
  float* products = workspace.products.reserve(rows.products_size());
  const size_t image_size = shape_.source_rows * shape_.source_columns * shape_.source_channels;
  WinogradPlane<size_t> row = {};
  for (size_t i = first; i < first + count; ++i) {
    const WinogradTile& tile = phase.tile(i);
    transform_tile(phase, tile, rows, row, source + i / phase.plan.tiles.size() * image_size,
                   values);
    for_points(tile.points, [&](size_t p) { ++row[p]; });
  }
  for (size_t block = 0; block < blocks(); ++block) {
    WinogradPlane<const T*> b;
    for (size_t p = 0; p < kWinogradPlane; ++p) {
      b[p] = packed_.data() + packed_at(phase, p, block);
    }
    rows.multiply(values, b, block_tiles(block), session, products);
    write_outputs(index, first, count, block, rows, products, sums);
  }
}

template <class T>
void WinogradCorrelation<T>::transform_tile(const Phase& phase, const WinogradTile& tile,
                                            const WinogradRows<T>& rows,
                                            const WinogradPlane<size_t>& row, const T* image,
                                            T* to) const {
  for (size_t i = 0; i < phase.plan.chunks.size(); ++i) {
    const WinogradChunk& chunk = phase.plan.chunks[i];
    const WinogradExtent points = extent_of(tile, chunk);
    WinogradPlane<T*> at = {};
    for_points(points, [&](size_t p) {
      at[p] = to + rows.source_at(p, row[p]) + phase.first_step[i][p] * kTileSize<T>;
    });
    winograd_source(winograd_pixels<const T>(shape_, tile, chunk, image, outside_.data()),
                    shape_.source_channels, points, at);
  }
}

template <class T>
void WinogradCorrelation<T>::write_outputs(size_t index, size_t first, size_t count, size_t block,
                                           const WinogradRows<T>& rows, const float* products,
                                           float* sums) const {
  const Phase& phase = phases_[index];
  const CorrelationPhase& shape = shape_.phases[index];
  const size_t channels = shape_.out_channels, channel = block * kWinogradColumns;
  const size_t row_size = shape_.out_columns * channels;
  WinogradPlane<const float*> from;
  for (size_t p = 0; p < kWinogradPlane; ++p) from[p] = products + rows.products_at(p);
  for (size_t i = first; i < first + count; ++i) {
    const WinogradTile& tile = phase.tile(i);
    const size_t image = i / phase.plan.tiles.size();
    const size_t row = shape.first_row + tile.rows.first * shape_.row_step;
    const size_t column = shape.first_column + tile.columns.first * shape_.column_step;
    const size_t at = (image * shape_.out_rows + row) * row_size + column * channels + channel;
    winograd_outputs(from, tile.points,
                     {.first = sums + at,
                      .row_stride = shape_.row_step * row_size,
                      .column_stride = shape_.column_step * channels,
                      .rows = tile.rows.outputs,
                      .columns = tile.columns.outputs,
                      .channels = std::min(kWinogradColumns, channels - channel)});
    for_points(tile.points, [&](size_t p) { from[p] += kWinogradColumns; });
  }
}

template class WinogradCorrelation<Bf16>;
template class WinogradCorrelation<float>;

}  // namespace belamy::kernels
