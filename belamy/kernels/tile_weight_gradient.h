// The gradient of a convolution with respect to its weights as products of bf16 tiles:
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

class TileWeightGradient {
 public:
  explicit TileWeightGradient(const ConvolutionGeometry& geometry);

  using Sums = AlignedBuffer<float>;

  /// One thread's working memory.
  struct Workspace {
    AlignedBuffer<Bf16> outputs;     // laid out in pitched rows
    AlignedBuffer<Bf16> transposed;  // the same, [channel][pixel]
    AlignedBuffer<Bf16> inputs;      // padded, one phase of the stride
    AlignedBuffer<Bf16> patches;     // of one image
    AlignedBuffer<Bf16> pairs;
    std::vector<int32_t> a_offsets;
  };

  void clear(Sums& sums) const;

  /// Adds what these images contribute. input: [images][in_rows][in_columns][in_channels];
  /// gradient: [images][out_rows][out_columns][out_channels], of the output.
  void add(const Bf16* input, const Bf16* gradient, size_t images, TileSession& session,
           Workspace& workspace, Sums& sums) const;

  /// All at once: dw of all images. Multi-threaded over dw, where add() leaves threads to the
  /// caller: for few pixels, whose parts would cost more to add up than to compute.
  void compute(const Bf16* input, const Bf16* gradient, size_t images, Workspace& workspace,
               std::vector<Sums>& sums, float* dw) const;

  /// dw: [out_channels][in_channels][kernel_rows][kernel_columns], all the sums added up in their
  /// order. Multi-threaded. The first sums are changed.
  void finish(std::vector<Sums>& sums, float* dw) const;

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

  // One tap's tiles of B, or all patches', and where their sums start.
  struct Block {
    const Bf16* b;
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
  size_t transposed_run(size_t images) const { return images * out_run() + kTileDepth; }

  void transpose_outputs(const Bf16* gradient, size_t images, Workspace& workspace) const;
  template <class Body>
  void for_operands(const Bf16* input, size_t images, Workspace& workspace, Sums& sums,
                    const Body& body) const;
  Operand taps(const Bf16* input, size_t images, size_t row_residue, size_t column_residue,
               Workspace& workspace, Sums& sums) const;
  Operand patches(const Bf16* input, size_t images, Workspace& workspace, Sums& sums) const;
  void fill_patches(const Bf16* image, Workspace& workspace, Bf16* patches) const;
  void pair_residue(const Bf16* input, size_t images, size_t row_residue, size_t column_residue,
                    Workspace& workspace) const;
  void multiply(const Operand& operand, const Block& block, size_t row, size_t images,
                bool accumulate, const TileSession& session, const Workspace& workspace) const;

  ConvolutionGeometry g_;
  bool by_taps_;  // else input channels do not fill tiles, and whole patches are B's rows
};

}  // namespace belamy::kernels
