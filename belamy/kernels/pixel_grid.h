// Where the pixels of a convolution's inputs and outputs stand in one row of numbers, so that every
// tap is a constant distance between the two: what a sum over pixels as a product of tiles needs.
#pragma once

#include <cstddef>
#include <vector>

#include "belamy/kernels/correlation.h"

namespace belamy::kernels {

/// Output (r, c) of an image has position r * pitch + c, and input pixel (i, j) of a residue of the
/// stride, the padded input's (i * stride_rows + its row, ...), has i * pitch + j. Images follow
/// one another image_pixels() apart. Zeros between rows and between images serve both neighbours
/// where both have them.
class PixelGrid {
 public:
  static constexpr ptrdiff_t kOutside = -1;

  /// A step of a sum is `depth` positions, an even number: one after another, and what lies between
  /// rows with them.
  PixelGrid(const ConvolutionGeometry& geometry, size_t depth);
  /// A step is `depth` positions, runs of `run` (1 or 2) that may lie anywhere: those of the
  /// outputs, and where rows are no multiple of a run one more at each row's end.
  PixelGrid(const ConvolutionGeometry& geometry, size_t depth, size_t run);

  size_t image_pixels() const { return image_pixels_; }
  size_t steps(size_t images) const;
  /// Where a step begins, in outputs() of image after image.
  size_t step_begin(size_t step) const;
  /// The position of an entry of outputs() of image after image.
  size_t position(size_t entry) const;

  /// The pixel of an image at each of its positions, or those that steps take, or kOutside: its
  /// gradient is zero.
  const std::vector<ptrdiff_t>& outputs() const { return outputs_; }
  /// The pixel of an image at each of its positions, or kOutside.
  const std::vector<ptrdiff_t>& inputs(size_t residue) const { return inputs_[residue]; }

  size_t residues() const { return inputs_.size(); }
  size_t residue_of(size_t kernel_row, size_t kernel_column) const;
  /// From an output to the input that a tap looks at, in its residue.
  size_t distance(size_t kernel_row, size_t kernel_column) const;
  /// No tap of any output of an image looks further than that behind the position of a step's end.
  size_t reach() const;

  /// The share of the steps' positions that are outputs.
  double density() const;

 private:
  void place_outputs();
  void place_runs(size_t run);
  void place_inputs();
  size_t residue_columns() const;

  ConvolutionGeometry g_;
  size_t depth_;
  size_t rows_, pitch_;
  size_t image_pixels_ = 0;
  size_t image_steps_ = 0;         // of each image; 0: steps run on from image to image
  std::vector<size_t> positions_;  // of outputs_; none: they are all an image's
  std::vector<ptrdiff_t> outputs_;
  std::vector<std::vector<ptrdiff_t>> inputs_;
};

}  // namespace belamy::kernels
