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
#include "belamy/kernels/tile_multiply.h"

namespace belamy::kernels {

template <class T>
class TileWeightGradient {
 public:
  explicit TileWeightGradient(const ConvolutionGeometry& geometry);

  using Sums = AlignedBuffer<float>;

  /// One thread's working memory.
  struct Workspace {
    AlignedBuffer<T> outputs;     // laid out in pitched rows
    AlignedBuffer<T> transposed;  // the same, [channel][pixel]
    AlignedBuffer<T> inputs;      // padded, one phase of the stride
    AlignedBuffer<T> patches;     // of one image
    AlignedBuffer<T> pairs;
    std::vector<int32_t> a_offsets;
  };

  void clear(Sums& sums) const;

  /// Adds what these images contribute. input: [images][in_rows][in_columns][in_channels];
  /// gradient: [images][out_rows][out_columns][out_channels], of the output.
  void add(const T* input, const T* gradient, size_t images, TileSession<T>& session,
           Workspace& workspace, Sums& sums) const;

  /// dw: [out_channels][kernel_rows][kernel_columns][in_channels], all the sums added up in their
  /// order. Multi-threaded.
  void finish(const std::vector<Sums>& sums, float* dw) const;

 private:
  // Outputs stand in rows of pitch() pixels, as the inputs of one residue of the stride do, so that
  // a tap is a constant distance between the two.
  size_t residue_rows() const;
  size_t pitch() const;
  size_t out_run() const {
    return round_up(g_.out_rows * pitch(), kTileDepth<T>);
  }  // an image's pixels
  size_t out_channels() const {
    return g_.out_channels < kTileRows ? g_.out_channels : round_up(g_.out_channels, kTileRows);
  }
  size_t row_size() const;  // floats of one output channel's sums
  size_t column_tiles() const { return columns() / kTileColumns; }
  size_t columns() const;  // of B: a tap's input channels, or all patches

  // One tap's tiles of B, or all patches', and where their sums start.
  struct Block {
    const T* b;
    float* sums;
  };

  // Blocks of B whose tiles lie alike.
  struct Operand {
    std::vector<int32_t> offsets;  // of each step, bytes
    size_t row_bytes = 0;          // from pair to pair
    std::vector<Block> blocks;
  };

  size_t tile_rows() const { return std::min(kTileRows, out_channels()); }
  // Of one channel of all images' outputs, one step more than they need: rows a power of two apart
  // would share the first-level cache's lines.
  size_t transposed_run(size_t images) const { return images * out_run() + kTileDepth<T>; }

  void transpose_outputs(const T* gradient, size_t images, Workspace& workspace) const;
  template <class Body>
  void for_operands(const T* input, size_t images, Workspace& workspace, float* sums,
                    const Body& body) const;
  Operand taps(const T* input, size_t images, size_t row_residue, size_t column_residue,
               Workspace& workspace, float* sums) const;
  Operand patches(const T* input, size_t images, Workspace& workspace, float* sums) const;
  void fill_patches(const T* image, Workspace& workspace, T* patches) const;
  void pair_residue(const T* input, size_t images, size_t row_residue, size_t column_residue,
                    Workspace& workspace) const;
  void multiply(const Operand& operand, const Block& block, size_t row, size_t images,
                bool accumulate, const TileSession<T>& session, const Workspace& workspace) const;

  ConvolutionGeometry g_;
  bool by_taps_;  // else input channels are too few for tiles, and whole patches are B's rows
  size_t tap_channels_;  // of B by taps: the input's, and zeros
};

extern template class TileWeightGradient<Bf16>;
extern template class TileWeightGradient<float>;

}  // namespace belamy::kernels
