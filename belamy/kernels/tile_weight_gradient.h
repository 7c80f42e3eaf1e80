// The gradient of a convolution with respect to its weights as products of tiles:
// dW[f][tap][c] = the sum over output pixels of the output's gradient f times input channel c of
// the pixel that the tap looks at.
#pragma once

#include <algorithm>
#include <cstdint>
#include <vector>

#include "belamy/kernels/aligned_buffer.h"
#include "belamy/kernels/bf16.h"
#include "belamy/kernels/correlation.h"
#include "belamy/kernels/pixel_grid.h"
#include "belamy/kernels/tile_multiply.h"

namespace belamy::kernels {

template <class T>
class TileWeightGradient {
 public:
  explicit TileWeightGradient(const ConvolutionGeometry& geometry);

  using Sums = AlignedBuffer<float>;

  /// The operands of some images.
  struct Workspace {
    AlignedBuffer<T> padded, patches;
    AlignedBuffer<T> a;  // of outputs: [tile of channels][step][tile]
    AlignedBuffer<T> b;  // of inputs: [residue of the stride][shift][tile of channels][row]
    std::vector<int32_t> a_offsets, b_offsets;  // of each step, bytes
    std::vector<int32_t> b_rows;  // of each row of each step, bytes; where they may lie anywhere
  };

  void clear(Sums& sums) const;

  /// Adds what these images contribute. input: [images][in_rows][in_columns][in_channels];
  /// gradient: [images][out_rows][out_columns][out_channels], of the output. Serial.
  void add(const T* input, const T* gradient, size_t images, TileSession<T>& session,
           Workspace& workspace, Sums& sums) const;

  /// dw: [out_channels][kernel_rows][kernel_columns][in_channels], all the sums added up in their
  /// order, in the first of them. Multi-threaded.
  void finish(std::vector<Sums>& sums, float* dw) const;

  /// All of it at once, each thread some of the weights: no sums of their own for threads, which
  /// for many weights and few pixels would cost more than the products. Multi-threaded.
  void compute(const T* input, const T* gradient, size_t images, Workspace& workspace, Sums& sums,
               float* dw) const;

 private:
  // Values of a row of a tile of B: 16 channels, bf16's of two pixels.
  static constexpr size_t kRow = kTileColumns * kTilePacking<T>;
  // Bf16's pairs start at even pixels or, for taps at odd distances, at odd ones.
  static constexpr size_t kShifts = kTilePacking<T>;

  size_t channel_tiles() const { return (g_.in_channels + kTileColumns - 1) / kTileColumns; }
  size_t output_tiles() const { return (g_.out_channels + kTileRows - 1) / kTileRows; }
  size_t tile_rows() const { return std::min(kTileRows, g_.out_channels); }
  size_t blocks_of_tap() const { return (channel_tiles() + 1) / 2; }
  size_t blocks() const { return g_.taps() * blocks_of_tap(); }  // of B, two tiles wide
  size_t block_jobs() const;
  size_t steps(size_t images) const { return grid_.steps(images); }
  size_t plane_rows(size_t images) const;  // of B, of one residue, shift and tile of channels
  size_t image_bytes() const;              // of operands
  size_t sums_size() const;

  void reserve(size_t images, Workspace& workspace) const;
  void place_rows(size_t images, Workspace& workspace) const;
  void fill_patches(const T* image, T* padded, T* patches) const;
  size_t padded_size() const;
  // Independent jobs, in any order; all of the first kind before the second.
  size_t operand_jobs(size_t images) const;
  void make_operand(size_t job, const T* input, const T* gradient, size_t images,
                    Workspace& workspace) const;
  void make_outputs(size_t job, const T* gradient, size_t images, Workspace& workspace) const;
  void make_inputs(size_t job, const T* input, size_t images, Workspace& workspace) const;
  size_t product_jobs() const { return (output_tiles() + 1) / 2 * block_jobs(); }
  void multiply(size_t job, size_t images, bool accumulate, const TileSession<T>& session,
                const Workspace& workspace, Sums& sums) const;
  void write_job(size_t job, const Sums& sums, float* dw) const;
  void write_block(size_t tile, size_t block, const float* total, float* dw) const;

  ConvolutionGeometry whole_;  // the layer's
  bool by_taps_;
  bool rows_anywhere_;  // of B, so that steps hold outputs and little else
  // The same as whole_, or of its patches: a kernel of 1×1 over images of as many channels as a
  // patch has values.
  ConvolutionGeometry g_;
  PixelGrid grid_;
  std::vector<T> zeros_;  // a pixel outside
};

extern template class TileWeightGradient<Bf16>;
extern template class TileWeightGradient<float>;

}  // namespace belamy::kernels
