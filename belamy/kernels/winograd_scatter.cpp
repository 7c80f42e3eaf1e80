#include "belamy/kernels/winograd_scatter.h"

#include <algorithm>
#include <limits>
#include <numeric>
#include <optional>

#include "belamy/kernels/winograd_transforms.h"

namespace belamy::kernels {
namespace {

// What adding a product to a pixel costs, where kWinogradSumCost is that of a sum for an output.
template <class T>
constexpr double kProductCost = 3 * kWinogradSumCost<T>;

}  // namespace

template <class T>
double WinogradScatter<T>::cost(const ConvolutionGeometry& g) {
  constexpr double kNever = std::numeric_limits<double>::infinity();
  if (runs_on_tiles<T>() || g.out_channels % kTileDepth<T> != 0) return kNever;
  const Correlation shape = forward_correlation(g);
  const std::optional<WinogradPlan> plan = WinogradPlan::of(shape, shape.phases[0]);
  if (!plan || !plan->is_worth_weights(g.in_channels, g.out_channels)) return kNever;
  const WinogradPlane<size_t> rows = plan->rows();
  const auto values = static_cast<double>(std::accumulate(rows.begin(), rows.end(), size_t{0}));
  const auto in = static_cast<double>(round_up(g.in_channels, kTileColumns));
  const auto out = static_cast<double>(g.out_channels);
  const auto products = static_cast<double>(plan->products()) * in;
  return products * (out + kProductCost<T>)+kWinogradSourceCost<T> * values * out;
}

template <class T>
WinogradScatter<T>::WinogradScatter(const ConvolutionGeometry& geometry)
    : g_(geometry),
      shape_(forward_correlation(geometry)),
      plan_(WinogradPlan::of(shape_, shape_.phases[0]).value()),
      outside_(geometry.out_channels, T{}) {
  packed_.reserve(packed_at(plan_.chunks.size(), 0, 0));
}

template <class T>
void WinogradScatter<T>::pack(const KernelMatrices& weights) {
  const size_t of_chunk = steps() * blocks();
#pragma omp parallel for schedule(dynamic)
  for (size_t job = 0; job < plan_.chunks.size() * of_chunk; ++job) {
    const size_t chunk = job / of_chunk, step = job % of_chunk / blocks(), block = job % blocks();
    const size_t column = block * kWinogradColumns;
    WinogradPlane<T*> to;
    for (size_t p = 0; p < kWinogradPlane; ++p) {
      to[p] =
          packed_.data() + packed_at(chunk, p, block) + step * block_tiles(block) * kTileSize<T>;
    }
    pack_winograd({.weights = weights,
                   .chunk = &plan_.chunks[chunk],
                   .towards_output = false,
                   .channel = step * kTileDepth<T>,
                   .column = column,
                   .columns = std::min(kWinogradColumns, g_.in_channels - column)},
                  to);
  }
}

template <class T>
void WinogradScatter<T>::run(const T* gradient, size_t images, TileSession<T>& session,
                             WinogradWorkspace<T>& workspace, float* sums) const {
  std::fill_n(sums, images * g_.in_pixels() * g_.in_channels, 0.0f);
  for_winograd_parts(images * plan_.tiles.size(), [&](size_t first, size_t count) {
    run_tiles(first, count, gradient, session, workspace, sums);
  });
}

template <class T>
void WinogradScatter<T>::run_tiles(size_t first, size_t count, const T* gradient,
                                   TileSession<T>& session, WinogradWorkspace<T>& workspace,
                                   float* sums) const {
  WinogradSteps all_steps;
  all_steps.fill(steps());
  const WinogradRows<T> rows(plan_, all_steps, first, count);
  // Zeros, because the last tiles' rows that no tile of the image fills are multiplied, too.
  T* values = workspace.source.reserve_zeros(rows.source_size());
  float* products = workspace.products.reserve(rows.products_size());
  WinogradPlane<size_t> row = {};
  for (size_t i = first; i < first + count; ++i) {
    const T* image = gradient + i / plan_.tiles.size() * g_.out_pixels() * g_.out_channels;
    WinogradPlane<T*> at = {};
    for_points(tile(i).points, [&](size_t p) { at[p] = values + rows.source_at(p, row[p]++); });
    winograd_gradient(winograd_outputs_of(g_, tile(i), image, outside_.data()),
                      {tile(i).rows.outputs, tile(i).columns.outputs}, g_.out_channels,
                      tile(i).points, at);
  }
  for (size_t chunk = 0; chunk < plan_.chunks.size(); ++chunk) {
    for (size_t block = 0; block < blocks(); ++block) {
      WinogradPlane<const T*> b = {};
      for (size_t p = 0; p < kWinogradPlane; ++p) {
        if (plan_.chunks[chunk].at_point[p]) b[p] = packed_.data() + packed_at(chunk, p, block);
      }
      rows.multiply(values, b, block_tiles(block), session, products);
      add_products(chunk, block, first, count, rows, products, sums);
    }
  }
}

template <class T>
void WinogradScatter<T>::add_products(size_t chunk, size_t block, size_t first, size_t count,
                                      const WinogradRows<T>& rows, const float* products,
                                      float* sums) const {
  const size_t channel = block * kWinogradColumns;
  WinogradPlane<const float*> from;
  for (size_t p = 0; p < kWinogradPlane; ++p) from[p] = products + rows.products_at(p);
  for (size_t i = first; i < first + count; ++i) {
    float* image = sums + i / plan_.tiles.size() * g_.in_pixels() * g_.in_channels;
    WinogradPlane<float*> to = winograd_pixels<float>(shape_, tile(i), plan_.chunks[chunk], image);
    for (float*& pixel : to) pixel += pixel == nullptr ? 0 : channel;
    winograd_scatter(from, extent_of(tile(i), plan_.chunks[chunk]),
                     std::min(kWinogradColumns, g_.in_channels - channel), to);
    for_points(tile(i).points, [&](size_t p) { from[p] += kWinogradColumns; });
  }
}

template class WinogradScatter<Bf16>;
template class WinogradScatter<float>;

}  // namespace belamy::kernels
