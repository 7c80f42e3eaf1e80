#include "belamy/kernels/winograd_weight_gradient.h"

#include <algorithm>
#include <numeric>
#include <optional>

namespace belamy::kernels {
namespace {

// Operands of the images that are taken together, in a cache that cores share.
constexpr size_t kOperandBytes = size_t{4} << 20;

// Steps of two blocks that stay in the first-level cache while they are multiplied.
constexpr size_t kStepsAtOnce = 6;

// Tiles that are worth handing out.
constexpr size_t kFewestTilesOfJob = 16;

// What a value's transform costs in multiplications, whose rate T decides.
template <class T>
constexpr double kTransformCost = kTilePacking<T> > 1 ? 24 : 8;

}  // namespace

template <class T>
bool WinogradWeightGradient<T>::pays(const ConvolutionGeometry& g) {
  if (runs_on_tiles<T>()) return false;
  if (g.in_channels % kTileColumns != 0 || g.out_channels % kTileRows != 0) return false;
  const Correlation shape = forward_correlation(g);
  const std::optional<WinogradPlan> plan = WinogradPlan::of(shape, shape.phases[0]);
  if (!plan || !plan->is_worth_weights(g.in_channels, g.out_channels)) return false;
  const WinogradPlane<size_t> rows = plan->rows();
  const auto in = static_cast<double>(g.in_channels), out = static_cast<double>(g.out_channels);
  const auto products = static_cast<double>(plan->products());
  const auto gradients = static_cast<double>(std::accumulate(rows.begin(), rows.end(), size_t{0}));
  const double filtered =
      products * in * (out + kTransformCost<T>)+gradients * out * kTransformCost<T>;
  return filtered < 0.9 * static_cast<double>(g.out_pixels() * g.taps()) * in * out;
}

template <class T>
WinogradWeightGradient<T>::WinogradWeightGradient(const ConvolutionGeometry& geometry)
    : g_(geometry),
      shape_(forward_correlation(geometry)),
      plan_(WinogradPlan::of(shape_, shape_.phases[0]).value()),
      rows_(plan_.rows()),
      outside_(std::max(geometry.in_channels, geometry.out_channels), T{}) {
  WinogradPlane<size_t> row = {};
  for (const WinogradTile& tile : plan_.tiles) {
    tile_rows_.push_back(row);
    for_points(tile.points, [&](size_t p) { ++row[p]; });
  }
  cut_tiles();
}

template <class T>
void WinogradWeightGradient<T>::cut_tiles() {
  WinogradPlane<size_t> row = {};
  for (size_t i = 0; i < kTilePacking<T> * plan_.tiles.size(); ++i) {
    const bool begins_pairs =
        std::all_of(row.begin(), row.end(), [](size_t at) { return at % kTilePacking<T> == 0; });
    const bool far_enough = cuts_.empty() || i >= cuts_.back() + kFewestTilesOfJob;
    if (begins_pairs && far_enough) cuts_.push_back(i);
    for_points(plan_.tiles[i % plan_.tiles.size()].points, [&](size_t p) { ++row[p]; });
  }
}

// Of some tiles between cuts, whose operands stay in the cache, or at least one.
template <class T>
size_t WinogradWeightGradient<T>::cuts_at_once() const {
  size_t values = 0;  // of the images between the first cut and its next occurrence
  for (size_t p = 0; p < kWinogradPlane; ++p) {
    size_t blocks = output_blocks();
    for (const WinogradChunk& chunk : plan_.chunks) {
      blocks += chunk.at_point[p] ? input_blocks() : 0;
    }
    values += kTilePacking<T> * rows_[p] * blocks * kBlock;
  }
  return std::max<size_t>(1, kOperandBytes * cuts_.size() / (values * sizeof(T)));
}

template <class T>
WinogradPlane<size_t> WinogradWeightGradient<T>::row_of(size_t tile) const {
  WinogradPlane<size_t> row = tile_rows_[tile % plan_.tiles.size()];
  for (size_t p = 0; p < kWinogradPlane; ++p) row[p] += tile / plan_.tiles.size() * rows_[p];
  return row;
}

template <class T>
typename WinogradWeightGradient<T>::Layout WinogradWeightGradient<T>::layout_of(size_t first,
                                                                                size_t end) const {
  Layout layout;
  layout.end = end;
  layout.first_row = row_of(first);
  layout.inputs_begin.resize(plan_.chunks.size());
  const WinogradPlane<size_t> end_row = row_of(end);
  size_t most_steps = 0;
  for (size_t p = 0; p < kWinogradPlane; ++p) {
    layout.rows[p] = end_row[p] - layout.first_row[p];
    const size_t steps = (layout.rows[p] + kTileDepth<T> - 1) / kTileDepth<T>;
    layout.steps[p] = steps;
    layout.gradients_begin[p] = layout.gradients_size;
    layout.gradients_size += output_blocks() * steps * kStep;
    for (size_t i = 0; i < plan_.chunks.size(); ++i) {
      layout.inputs_begin[i][p] = layout.inputs_size;
      if (plan_.chunks[i].at_point[p]) layout.inputs_size += input_blocks() * steps * kStep;
    }
    most_steps = std::max(most_steps, steps);
  }
  for (size_t step = 0; step < most_steps; ++step) {
    layout.offsets.push_back(static_cast<int32_t>(step * kStep * sizeof(T)));
  }
  return layout;
}

template <class T>
void WinogradWeightGradient<T>::compute(const T* input, const T* gradient, size_t images,
                                        Workspace& workspace, float* dw) const {
  const size_t tiles = images * plan_.tiles.size(), at_once = cuts_at_once();
  float* sums = workspace.sums.reserve(jobs() * kBlocksOfJob * kWinogradPlane * kSums);
  for (size_t cut = 0; cut_at(cut) < tiles; cut += at_once) {
    const Layout layout = layout_of(cut_at(cut), std::min(cut_at(cut + at_once), tiles));
    workspace.inputs.reserve(layout.inputs_size);
    workspace.gradients.reserve(layout.gradients_size);
#pragma omp parallel
    {
      TileSession<T> session(kTileRows);
#pragma omp for schedule(dynamic) nowait
      for (size_t range = cut; range < cut + at_once; ++range) {
        const size_t end = std::min(cut_at(range + 1), tiles);
        for (size_t i = cut_at(range); i < end; ++i) {
          transform_tile(i, input, gradient, layout, workspace);
        }
      }
#pragma omp for schedule(dynamic)
      for (size_t point = 0; point < kWinogradPlane; ++point) clear_tails(point, layout, workspace);
#pragma omp for schedule(dynamic)
      for (size_t job = 0; job < jobs(); ++job) {
        multiply(job, layout, /*accumulate=*/cut > 0, session, workspace);
        const float* of_job = sums + job * kBlocksOfJob * kWinogradPlane * kSums;
        if (layout.end == tiles) write_job(job, of_job, dw);
      }
    }
  }
}

// Where a tile's rows at its points stand.
template <class T>
WinogradRow<T> WinogradWeightGradient<T>::row_at(const WinogradTile& tile,
                                                 const WinogradPlane<size_t>& row,
                                                 const WinogradPlane<size_t>& begin,
                                                 const Layout& layout, T* operand) const {
  WinogradRow<T> at;
  for_points(tile.points, [&](size_t p) {
    at.to[p] = operand + begin[p] + row[p] / kTilePacking<T> * kTilePacking<T> * kBlock;
    at.second[p] = row[p] % kTilePacking<T> != 0;
    at.block_strides[p] = layout.steps[p] * kStep;
  });
  return at;
}

// Tile `index` of image after image.
template <class T>
void WinogradWeightGradient<T>::transform_tile(size_t index, const T* input, const T* gradient,
                                               const Layout& layout, Workspace& workspace) const {
  const size_t image = index / plan_.tiles.size();
  const WinogradTile& tile = plan_.tiles[index % plan_.tiles.size()];
  input += image * g_.in_pixels() * g_.in_channels;
  gradient += image * g_.out_pixels() * g_.out_channels;
  WinogradPlane<size_t> row = row_of(index);
  for (size_t p = 0; p < kWinogradPlane; ++p) row[p] -= layout.first_row[p];
  winograd_gradient(winograd_outputs_of(g_, tile, gradient, outside_.data()),
                    {tile.rows.outputs, tile.columns.outputs}, g_.out_channels, tile.points,
                    row_at(tile, row, layout.gradients_begin, layout, workspace.gradients.data()));
  for (size_t chunk = 0; chunk < plan_.chunks.size(); ++chunk) {
    winograd_source(
        winograd_pixels<const T>(shape_, tile, plan_.chunks[chunk], input, outside_.data()),
        g_.in_channels, extent_of(tile, plan_.chunks[chunk]),
        row_at(tile, row, layout.inputs_begin[chunk], layout, workspace.inputs.data()));
  }
}

// What fills up the last step must not be what an earlier use left there.
template <class T>
void WinogradWeightGradient<T>::clear_tails(size_t point, const Layout& layout,
                                            Workspace& workspace) const {
  const size_t rows = round_up(layout.rows[point], kTilePacking<T>);
  const size_t block = layout.steps[point] * kStep, used = rows * kBlock;
  const auto clear = [&](T* operand, size_t blocks) {
    for (size_t i = 0; i < blocks; ++i, operand += block) {
      std::fill(operand + used, operand + block, T{});
    }
  };
  clear(workspace.gradients.data() + layout.gradients_begin[point], output_blocks());
  for (size_t i = 0; i < plan_.chunks.size(); ++i) {
    if (!plan_.chunks[i].at_point[point]) continue;
    clear(workspace.inputs.data() + layout.inputs_begin[i][point], input_blocks());
  }
}

template <class T>
void WinogradWeightGradient<T>::multiply(size_t job, const Layout& layout, bool accumulate,
                                         const TileSession<T>& session,
                                         Workspace& workspace) const {
  const size_t first = job % input_jobs() * kBlocksOfJob, of_chunk = job / input_jobs();
  const size_t end = std::min(first + kBlocksOfJob, input_blocks());
  const size_t output = of_chunk % output_blocks(), chunk = of_chunk / output_blocks();
  float* sums = workspace.sums.data() + job * kBlocksOfJob * kWinogradPlane * kSums;
  TileProduct<T> product{.a_stride = 4,
                         .a_value_stride = kBlock * 4,
                         .b_stride = kBlock * 4,
                         .b_second = kTileColumns * 4,
                         .b_step = static_cast<ptrdiff_t>(kStep * sizeof(T)),
                         .c_stride = kBlock * sizeof(float),
                         .a_tiles = output * kBlock + kTileRows < g_.out_channels ? 2 : 1};
  for (size_t p = 0; p < kWinogradPlane; ++p) {
    if (!plan_.chunks[chunk].at_point[p]) continue;
    const size_t steps = layout.steps[p], block_size = steps * kStep;
    const T* gradients =
        workspace.gradients.data() + layout.gradients_begin[p] + output * block_size;
    const T* inputs = workspace.inputs.data() + layout.inputs_begin[chunk][p];
    for (size_t step = 0; step < steps; step += kStepsAtOnce) {
      product.steps = std::min(kStepsAtOnce, steps - step);
      product.a_offsets = layout.offsets.data() + step;
      product.accumulate = accumulate || step > 0;
      for (size_t block = first; block < end; ++block) {
        product.b = inputs + block * block_size + step * kStep;
        product.b_tiles = block * kBlock + kTileColumns < g_.in_channels ? 2 : 1;
        float* to = sums + ((block - first) * kWinogradPlane + p) * kSums;
        for (size_t i = 0; i < 2; ++i) {
          product.a[i] = gradients + i * kTileRows * kTilePacking<T>;
          product.c[i] = to + i * kTileRows * kBlock;
        }
        session.multiply(product);
      }
    }
  }
}

template <class T>
void WinogradWeightGradient<T>::write_job(size_t job, const float* sums, float* dw) const {
  const size_t first = job % input_jobs() * kBlocksOfJob, of_chunk = job / input_jobs();
  const size_t end = std::min(first + kBlocksOfJob, input_blocks());
  const size_t output = of_chunk % output_blocks() * kBlock;
  const WinogradChunk& chunk = plan_.chunks[of_chunk / output_blocks()];
  for (size_t block = first; block < end; ++block, sums += kWinogradPlane * kSums) {
    const size_t channel = block * kBlock, channels = std::min(kBlock, g_.in_channels - channel);
    for (size_t row = 0; row < std::min(kBlock, g_.out_channels - output); ++row) {
      WinogradPlane<const float*> from = {};
      for (size_t p = 0; p < kWinogradPlane; ++p) {
        if (chunk.at_point[p]) from[p] = sums + p * kSums + row * kBlock;
      }
      std::array<float*, 9> to;
      for (size_t tap = 0; tap < to.size(); ++tap) {
        to[tap] = dw + ((output + row) * g_.taps() + chunk.kernels[tap]) * g_.in_channels + channel;
      }
      winograd_weight_gradient(from, chunk.rows.count, chunk.columns.count, channels, to);
    }
  }
}

template class WinogradWeightGradient<Bf16>;
template class WinogradWeightGradient<float>;

}  // namespace belamy::kernels
