// A correlation (belamy/kernels/correlation.h) by minimal filtering (belamy/kernels/
// winograd_axis.h): tiles of the source become values at up to 16 points, a product of matrices at
// each point sums over channels, and what comes out becomes a tile of outputs. Kernels of 3×3 take
// 16 multiplications for 4 outputs and not 36, those of 2×2 16 for 9 and not 36.
#pragma once

#include <algorithm>
#include <vector>

#include "belamy/kernels/aligned_buffer.h"
#include "belamy/kernels/correlation.h"
#include "belamy/kernels/winograd_product.h"

namespace belamy::kernels {

/// Working memory of one thread.
template <class T>
struct WinogradWorkspace {
  AlignedBuffer<T> source;
  AlignedBuffer<float> products;
};

/// Tiles that are filtered together: enough for their products to outweigh reading the weights, few
/// enough for a core's second-level cache.
inline constexpr size_t kWinogradTilesAtOnce = 64;

/// Calls body(first, count) for tiles that are filtered together.
template <class Body>
void for_winograd_parts(size_t tiles, const Body& body) {
  const size_t parts =
      std::max<size_t>(1, (tiles + kWinogradTilesAtOnce / 2) / kWinogradTilesAtOnce);
  for (size_t part = 0; part < parts; ++part) {
    const size_t first = part * tiles / parts;
    body(first, (part + 1) * tiles / parts - first);
  }
}

/// What transforming a value costs in multiplications, whose rate T decides: of a source to its
/// points, and of sums back.
template <class T>
inline constexpr double kWinogradSourceCost = kTilePacking<T> > 1 ? 20 : 6;
template <class T>
inline constexpr double kWinogradSumCost = kTilePacking<T> > 1 ? 8 : 4;

template <class T>
class WinogradCorrelation {
 public:
  /// Of an image, in multiplications; infinite where it cannot be had: of products that take whole
  /// tiles, channels that do not fill steps, and shapes without a WinogradPlan.
  static double cost(const Correlation& shape);

  /// `towards_output`: the weights' in_channels are the correlation's source (a forward pass), not
  /// its output. For shapes of finite cost.
  WinogradCorrelation(Correlation shape, bool towards_output);

  /// Takes the weights of one step: run() uses them until the next call. Multi-threaded.
  void pack(const KernelMatrices& weights);

  /// source: [images][source_rows][source_columns][source_channels], without padding; sums:
  /// [images][out_rows][out_columns][out_channels]. Serial.
  void run(const T* source, size_t images, TileSession<T>& session, WinogradWorkspace<T>& workspace,
           float* sums) const;

 private:
  struct Phase {
    WinogradPlan plan;
    std::vector<WinogradSteps> first_step;  // of each chunk, in each point's depth
    WinogradSteps steps = {};
    WinogradPlane<size_t> packed_begin = {};
    const WinogradTile& tile(size_t index) const { return plan.tiles[index % plan.tiles.size()]; }
  };

  Phase make_phase(const CorrelationPhase& shape) const;
  size_t packed_at(const Phase& phase, size_t point, size_t block) const;
  void run_tiles(size_t phase, size_t first, size_t count, const T* source, TileSession<T>& session,
                 WinogradWorkspace<T>& workspace, float* sums) const;
  void transform_tile(const Phase& phase, const WinogradTile& tile, const WinogradRows<T>& rows,
                      const WinogradPlane<size_t>& row, const T* image, T* to) const;
  void write_outputs(size_t phase, size_t first, size_t count, size_t block,
                     const WinogradRows<T>& rows, const float* products, float* sums) const;

  size_t source_steps() const { return shape_.source_channels / kTileDepth<T>; }
  size_t tile_columns() const { return (shape_.out_channels + kTileColumns - 1) / kTileColumns; }
  size_t blocks() const { return (tile_columns() + 1) / 2; }
  size_t block_tiles(size_t block) const { return std::min<size_t>(2, tile_columns() - 2 * block); }

  Correlation shape_;
  bool towards_output_;
  std::vector<Phase> phases_;
  std::vector<T> outside_;   // a pixel of padding
  AlignedBuffer<T> packed_;  // [phase][point][pair of columns of tiles][step][tile]
};

extern template class WinogradCorrelation<Bf16>;
extern template class WinogradCorrelation<float>;

}  // namespace belamy::kernels
