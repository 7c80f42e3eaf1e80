// The gradient of a convolution with respect to its input by minimal filtering (winograd_axis.h)
// the other way round: the gradient of a tile's outputs becomes values at the points, a product of
// matrices at each sums over the outputs' channels, and what comes out is added to the input's
// pixels that the tile was made of. It takes as many products as the forward pass, where a
// correlation takes those of padding, too: few without padding, or of small images.
#pragma once

#include <vector>

#include "belamy/kernels/aligned_buffer.h"
#include "belamy/kernels/correlation.h"
#include "belamy/kernels/winograd_correlation.h"
#include "belamy/kernels/winograd_product.h"

namespace belamy::kernels {

template <class T>
class WinogradScatter {
 public:
  /// Of an image, in multiplications; infinite where it cannot be had: of products that take whole
  /// tiles, channels that do not fill steps, and shapes without a WinogradPlan.
  static double cost(const ConvolutionGeometry& geometry);

  /// For geometries of finite cost.
  explicit WinogradScatter(const ConvolutionGeometry& geometry);

  /// Takes the weights of one step: run() uses them until the next call. Multi-threaded.
  void pack(const KernelMatrices& weights);

  /// gradient: [images][out_rows][out_columns][out_channels]; sums:
  /// [images][in_rows][in_columns][in_channels]. Serial.
  void run(const T* gradient, size_t images, TileSession<T>& session,
           WinogradWorkspace<T>& workspace, float* sums) const;

 private:
  void run_tiles(size_t first, size_t count, const T* gradient, TileSession<T>& session,
                 WinogradWorkspace<T>& workspace, float* sums) const;
  void add_products(size_t chunk, size_t block, size_t first, size_t count,
                    const WinogradRows<T>& rows, const float* products, float* sums) const;

  const WinogradTile& tile(size_t index) const { return plan_.tiles[index % plan_.tiles.size()]; }
  size_t steps() const { return g_.out_channels / kTileDepth<T>; }
  size_t tile_columns() const { return (g_.in_channels + kTileColumns - 1) / kTileColumns; }
  size_t blocks() const { return (tile_columns() + 1) / 2; }
  size_t block_tiles(size_t block) const { return std::min<size_t>(2, tile_columns() - 2 * block); }
  size_t packed_at(size_t chunk, size_t point, size_t block) const {
    const size_t tiles = (chunk * kWinogradPlane + point) * tile_columns() + 2 * block;
    return tiles * steps() * kTileSize<T>;
  }

  ConvolutionGeometry g_;
  Correlation shape_;
  WinogradPlan plan_;
  std::vector<T> outside_;   // of an output that another tile has
  AlignedBuffer<T> packed_;  // [chunk][point][pair of columns of tiles][step][tile]
};

extern template class WinogradScatter<Bf16>;
extern template class WinogradScatter<float>;

}  // namespace belamy::kernels
