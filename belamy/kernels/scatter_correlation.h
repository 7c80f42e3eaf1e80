// A correlation (belamy/kernels/correlation.h) the other way round: every source pixel is
// multiplied with the matrices of all taps at once, whose columns lie side by side, and the
// products are added up where they belong. For few output channels, whose matrices alone would
// leave most of a tile's columns empty, and where most taps look at padding.
#pragma once

#include <cstdint>
#include <vector>

#include "belamy/kernels/aligned_buffer.h"
#include "belamy/kernels/correlation.h"
#include "belamy/kernels/tile_multiply.h"

namespace belamy::kernels {

template <class T>
class ScatterCorrelation {
 public:
  /// Of an image, in multiplications.
  static double cost(const Correlation& shape);

  /// `towards_output`: the weights' in_channels are the correlation's source (a forward pass), not
  /// its output.
  ScatterCorrelation(Correlation shape, bool towards_output);

  /// Takes the weights of one step: run() uses them until the next call. Multi-threaded.
  void pack(const KernelMatrices& weights);

  struct Workspace {
    AlignedBuffer<T> padded;
    AlignedBuffer<float> products;
  };

  /// source: [images][source_rows][source_columns][source_channels], without padding; sums:
  /// [images] [out_rows][out_columns][out_channels], which start from `bias` (null: zero). Serial.
  void run(const T* source, size_t images, const float* bias, TileSession<T>& session,
           Workspace& workspace, float* sums) const;

 private:
  void multiply(const T* pixels, size_t count, TileSession<T>& session, Workspace& workspace) const;
  /// `products`: of a row of one image's source pixels; `sums`: the image's.
  void add_row(size_t row, const float* products, float* sums) const;
  void add_tap(const CorrelationPhase& phase, const Tap& tap, const float* products,
               float* sums) const;

  size_t depth() const { return round_up(shape_.source_channels, kTileDepth<T>); }
  size_t steps() const { return depth() / kTileDepth<T>; }
  const float* gather_matrix(const KernelMatrices& weights);
  size_t columns() const { return round_up(taps_ * shape_.out_channels, kTileColumns); }

  Correlation shape_;
  bool towards_output_;
  size_t taps_ = 0;  // of the whole kernel
  std::vector<int32_t> offsets_;
  AlignedBuffer<float> matrix_;  // [source channel][tap][output], where the weights lie otherwise
  AlignedBuffer<T> packed_;      // [pair of columns of tiles][step][tile]
};

extern template class ScatterCorrelation<Bf16>;
extern template class ScatterCorrelation<float>;

}  // namespace belamy::kernels
