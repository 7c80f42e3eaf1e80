// The gradient of a convolution with respect to its weights by minimal filtering (winograd_axis.h):
// a product of matrices at each point sums, over tiles of outputs, what the input and the output's
// gradient are there, and what comes out becomes the gradients of the taps.
#pragma once

#include <cstdint>
#include <vector>

#include "belamy/kernels/aligned_buffer.h"
#include "belamy/kernels/correlation.h"
#include "belamy/kernels/tile_multiply.h"
#include "belamy/kernels/winograd_plan.h"
#include "belamy/kernels/winograd_transforms.h"

namespace belamy::kernels {

template <class T>
class WinogradWeightGradient {
 public:
  /// Whether it takes less work than a sum over output pixels for every tap.
  static bool pays(const ConvolutionGeometry& geometry);

  /// For geometries that pay.
  explicit WinogradWeightGradient(const ConvolutionGeometry& geometry);

  struct Workspace {
    AlignedBuffer<T> inputs, gradients;  // [point][block of channels][row], inputs a chunk each
    AlignedBuffer<float> sums;
  };

  /// dw: [out_channels][kernel_rows][kernel_columns][in_channels]. input:
  /// [images][in_rows][in_columns][in_channels]; gradient:
  /// [images][out_rows][out_columns][out_channels], of the output. Multi-threaded; the same bits
  /// whatever the number of threads.
  void compute(const T* input, const T* gradient, size_t images, Workspace& workspace,
               float* dw) const;

 private:
  // Operands of the tiles [first, end) of image after image: they are rows of a point's matrices.
  struct Layout {
    size_t end = 0;
    WinogradPlane<size_t> first_row = {};  // of image after image
    WinogradPlane<size_t> rows = {}, steps = {};
    WinogradPlane<size_t> gradients_begin = {};
    std::vector<WinogradPlane<size_t>> inputs_begin;  // of each chunk
    size_t inputs_size = 0, gradients_size = 0;
    std::vector<int32_t> offsets;  // of each step of any point, bytes
  };

  void cut_tiles();
  // The tile that a cut lies before, of image after image.
  size_t cut_at(size_t index) const {
    return index / cuts_.size() * kTilePacking<T> * plan_.tiles.size() +
           cuts_[index % cuts_.size()];
  }
  size_t cuts_at_once() const;
  // How many rows tiles before that one have.
  WinogradPlane<size_t> row_of(size_t tile) const;
  Layout layout_of(size_t first, size_t end) const;
  void transform_tile(size_t index, const T* input, const T* gradient, const Layout& layout,
                      Workspace& workspace) const;
  void clear_tails(size_t point, const Layout& layout, Workspace& workspace) const;
  WinogradRow<T> row_at(const WinogradTile& tile, const WinogradPlane<size_t>& row,
                        const WinogradPlane<size_t>& begin, const Layout& layout, T* operand) const;

  // A job: some channels of the output and of the input, and one chunk of taps.
  size_t input_jobs() const { return (input_blocks() + kBlocksOfJob - 1) / kBlocksOfJob; }
  size_t jobs() const { return plan_.chunks.size() * output_blocks() * input_jobs(); }
  void multiply(size_t job, const Layout& layout, bool accumulate, const TileSession<T>& session,
                Workspace& workspace) const;
  void write_job(size_t job, const float* sums, float* dw) const;

  static constexpr size_t kBlock = 2 * kTileColumns;  // channels
  static constexpr size_t kBlocksOfJob = 2;
  static constexpr size_t kStep = kTileDepth<T> * kBlock;  // values of a block in a step
  static constexpr size_t kSums = kBlock * kBlock;

  size_t input_blocks() const { return (g_.in_channels + kBlock - 1) / kBlock; }
  size_t output_blocks() const { return (g_.out_channels + kBlock - 1) / kBlock; }

  ConvolutionGeometry g_;
  Correlation shape_;
  WinogradPlan plan_;
  WinogradPlane<size_t> rows_;                    // of an image
  std::vector<WinogradPlane<size_t>> tile_rows_;  // the first of each tile in an image
  // Tiles of kTilePacking<T> images at which rows of all points begin a pair: what comes before and
  // after may be made by two threads.
  std::vector<size_t> cuts_;
  std::vector<T> outside_;  // a pixel of padding, or of an output that another tile has
};

extern template class WinogradWeightGradient<Bf16>;
extern template class WinogradWeightGradient<float>;

}  // namespace belamy::kernels
