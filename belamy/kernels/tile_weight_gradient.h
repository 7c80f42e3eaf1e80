// The gradient of a convolution with respect to its weights as products of bf16 tiles:
// dW[f][tap][c] = the sum over output pixels of the output's gradient f times input channel c of
// the pixel that the tap looks at.
#pragma once

#include <cstdint>
#include <vector>

#include "belamy/kernels/aligned_buffer.h"
#include "belamy/kernels/bf16.h"
#include "belamy/kernels/correlation.h"
#include "belamy/kernels/tile_multiply.h"

namespace belamy::kernels {

class TileWeightGradient {
 public:
  explicit TileWeightGradient(const ConvolutionGeometry& geometry);

  /// One thread's sums and working memory.
  struct Workspace {
    AlignedBuffer<float> sums;
    AlignedBuffer<Bf16> outputs;     // laid out in pitched rows
    AlignedBuffer<Bf16> transposed;  // the same, [channel][pixel]
    AlignedBuffer<Bf16> inputs;      // padded, one phase of the stride
    AlignedBuffer<Bf16> pairs;
  };

  /// Sets a workspace's sums to zero.
  void clear(Workspace& workspace) const;

  /// Adds what these images contribute. input: [images][in_rows][in_columns][in_channels];
  /// gradient: [images][out_rows][out_columns][out_channels], of the output.
  void add(const Bf16* input, const Bf16* gradient, size_t images, TileSession& session,
           Workspace& workspace) const;

  /// dw: [out_channels][in_channels][kernel_rows][kernel_columns], the workspaces' sums added up in
  /// their order. Multi-threaded.
  void finish(const std::vector<Workspace>& workspaces, float* dw) const;

 private:
  // Outputs stand in rows of pitch() pixels, as the inputs of one residue of the stride do, so that
  // a tap is a constant distance between the two.
  size_t residue_rows() const;
  size_t pitch() const;
  size_t out_run() const {
    return round_up(g_.out_rows * pitch(), kTileDepth);
  }  // an image's pixels
  size_t out_channels() const {
    return g_.out_channels < kTileRows ? g_.out_channels : round_up(g_.out_channels, kTileRows);
  }
  size_t row_size() const;  // floats of one output channel's sums
  size_t column_tiles() const { return columns() / kTileColumns; }
  size_t columns() const;  // of B: a tap's input channels, or all patches

  void transpose_outputs(const Bf16* gradient, size_t images, Workspace& workspace) const;
  void add_taps(const Bf16* input, size_t images, size_t row_residue, size_t column_residue,
                TileSession& session, Workspace& workspace) const;
  void add_patches(const Bf16* input, size_t images, TileSession& session,
                   Workspace& workspace) const;
  void pair_residue(const Bf16* input, size_t images, size_t row_residue, size_t column_residue,
                    Workspace& workspace) const;
  void multiply(const Bf16* b, const std::vector<int32_t>& b_offsets, size_t b_row, size_t images,
                float* sums, TileSession& session, const Workspace& workspace) const;

  ConvolutionGeometry g_;
  bool by_taps_;  // else input channels do not fill tiles, and whole patches are B's rows
};

}  // namespace belamy::kernels
