// A correlation (belamy/kernels/correlation.h) as products of tiles, of bfloat16 or float.
#pragma once

#include <algorithm>
#include <cstdint>
#include <vector>

#include "belamy/kernels/aligned_buffer.h"
#include "belamy/kernels/bf16.h"
#include "belamy/kernels/correlation.h"
#include "belamy/kernels/tile_multiply.h"

namespace belamy::kernels {

template <class T>
class TileCorrelation {
 public:
  /// `towards_output`: the weights' in_channels are the correlation's source (a forward pass), not
  /// its output.
  TileCorrelation(Correlation shape, bool towards_output);

  /// Of an image, in multiplications.
  static double cost(const Correlation& shape) {
    return static_cast<double>(shape.sums() * shape.source_channels *
                               round_up(shape.out_channels, kTileColumns));
  }

  const Correlation& shape() const { return shape_; }

  /// Takes the weights of one step: run() uses them until the next call. Multi-threaded.
  void pack(const KernelMatrices& weights);

  bool needs_overhang() const { return !whole_steps_; }

  /// Sums of a phase start here for that many images. Those of its output (image, row, column) are
  /// at pixel image * image_pitch + row * row_pitch + column, pixels sums_stride() apart.
  size_t sums_begin(size_t phase, size_t images) const;
  size_t sums_stride() const { return round_up(shape_.out_channels, kTileColumns); }
  size_t row_pitch(size_t phase) const { return phases_[phase].row_pitch; }
  size_t image_pitch(size_t phase) const { return phases_[phase].rows * phases_[phase].row_pitch; }
  /// Floats that run() writes for that many images, room for its last tiles included.
  size_t sums_size(size_t images) const;

  /// source: padded images (shape().place_of_row), padding zero, readable for
  /// kRunOverhang values more where needs_overhang() says so. `panel` is
  /// working memory of the calling thread.
  void run(const T* source, size_t images, TileSession<T>& session, AlignedBuffer<T>& panel,
           float* sums) const;

 private:
  // Rows of a tile of A are pixels at equal distances: a row's, or from row to row with what lies
  // between, whose sums nobody reads.
  struct Tile {
    size_t source;  // its first pixel in the padded image, elements
    size_t sums;    // and among the sums, pixels
  };

  struct Phase {
    size_t rows = 0, columns = 0, row_pitch = 0;  // of sums
    size_t depth = 0;                             // of the sum: a multiple of kTileDepth<T>
    std::vector<int32_t> offsets;                 // of each step from a pixel's start, bytes
    std::vector<int32_t> panel_offsets;           // of each step in a gathered tile, bytes
    struct Run {
      size_t offset, count;
    };
    std::vector<Run> runs;        // of values side by side from a pixel's start, elements
    std::vector<size_t> sources;  // of each pixel of one image, elements
    size_t tile_rows = kTileRows;
    std::vector<Tile> tiles;  // of one image; none: tiles are gathered in a panel first
    size_t packed_begin = 0;  // in packed_
    size_t steps() const { return depth / kTileDepth<T>; }
  };

  Phase make_phase(const CorrelationPhase& phase) const;
  void plan_tiles(Phase& phase) const;
  void cut_rows(Phase& phase) const;
  void run_across_rows(Phase& phase) const;
  void pack_block(size_t phase, size_t block, const KernelMatrices& weights);
  void pack_flat_block(size_t phase, size_t block, const KernelMatrices& weights);
  void run_direct(const Phase& phase, const T* source, size_t images, TileSession<T>& session,
                  float* sums) const;
  void run_gathered(const Phase& phase, const T* source, size_t images, TileSession<T>& session,
                    AlignedBuffer<T>& panel, float* sums) const;
  void gather(const Phase& phase, const T* start, size_t row, T* tile, T* row_values) const;
  void take_block(const Phase& phase, size_t block, TileProduct<T>& product) const;

  size_t blocks() const { return (tile_columns() + 1) / 2; }
  size_t tile_columns() const { return sums_stride() / kTileColumns; }
  size_t block_tiles(size_t block) const { return std::min<size_t>(2, tile_columns() - 2 * block); }
  T* packed_block(const Phase& phase, size_t block);
  const T* packed_block(const Phase& phase, size_t block) const;

  Correlation shape_;
  bool towards_output_;
  bool whole_steps_;  // the source's channels fill steps, so that none crosses taps
  std::vector<Phase> phases_;
  AlignedBuffer<T> packed_;
};

extern template class TileCorrelation<Bf16>;
extern template class TileCorrelation<float>;

}  // namespace belamy::kernels
