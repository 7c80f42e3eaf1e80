#include "belamy/kernels/pixel_grid.h"

#include <algorithm>

#include "belamy/kernels/aligned_buffer.h"

namespace belamy::kernels {
namespace {

struct Axis {
  size_t in, out, kernel, stride, pad;

  size_t residues() const { return std::min(stride, kernel); }
  // Positions of a residue that taps look at.
  size_t positions(size_t residue) const { return out + (kernel - 1 - residue) / stride; }
  bool is_inside(size_t position, size_t residue) const {
    const size_t padded = position * stride + residue;
    return padded >= pad && padded < pad + in;
  }

  // Whether rows (or images) so far apart are zero wherever they overlap.
  bool may_stand_apart(size_t pitch) const {
    for (size_t residue = 0; residue < residues(); ++residue) {
      for (size_t at = pitch; at < positions(residue); ++at) {
        if (is_inside(at, residue) || is_inside(at - pitch, residue)) return false;
      }
    }
    return true;
  }

  size_t least_pitch() const {
    size_t pitch = out;
    while (!may_stand_apart(pitch)) ++pitch;
    return pitch;
  }
};

Axis row_axis(const ConvolutionGeometry& g) {
  return {g.in_rows, g.out_rows, g.kernel_rows, g.stride_rows, g.pad_top};
}

Axis column_axis(const ConvolutionGeometry& g) {
  return {g.in_columns, g.out_columns, g.kernel_columns, g.stride_columns, g.pad_left};
}

}  // namespace

PixelGrid::PixelGrid(const ConvolutionGeometry& geometry, size_t depth)
    : g_(geometry),
      depth_(depth),
      rows_(row_axis(geometry).least_pitch()),
      pitch_(column_axis(geometry).least_pitch()) {
  // Steps that begin anew with each image skip the rows between images. They start at even
  // positions, where pairs of pixels do.
  const size_t of_image = round_up((g_.out_rows - 1) * pitch_ + g_.out_columns, depth);
  image_pixels_ = rows_ * pitch_;
  if (of_image <= image_pixels_) {
    image_steps_ = of_image / depth;
    image_pixels_ = round_up(image_pixels_, 2);
  }
  place_outputs();
  place_inputs();
}

PixelGrid::PixelGrid(const ConvolutionGeometry& geometry, size_t depth, size_t run)
    : g_(geometry),
      depth_(depth),
      rows_(row_axis(geometry).least_pitch()),
      pitch_(round_up(column_axis(geometry).least_pitch(), run)),
      image_pixels_(rows_ * pitch_) {
  place_runs(run);
  place_inputs();
}

void PixelGrid::place_runs(size_t run) {
  for (size_t row = 0; row < g_.out_rows; ++row) {
    for (size_t column = 0; column < round_up(g_.out_columns, run); ++column) {
      const bool is_output = column < g_.out_columns;
      positions_.push_back(row * pitch_ + column);
      outputs_.push_back(is_output ? static_cast<ptrdiff_t>(row * g_.out_columns + column)
                                   : kOutside);
    }
  }
}

void PixelGrid::place_outputs() {
  outputs_.assign(image_pixels_, kOutside);
  for (size_t row = 0; row < g_.out_rows; ++row) {
    for (size_t column = 0; column < g_.out_columns; ++column) {
      outputs_[row * pitch_ + column] = static_cast<ptrdiff_t>(row * g_.out_columns + column);
    }
  }
}

void PixelGrid::place_inputs() {
  const Axis rows = row_axis(g_), columns = column_axis(g_);
  for (size_t row_residue = 0; row_residue < rows.residues(); ++row_residue) {
    for (size_t column_residue = 0; column_residue < columns.residues(); ++column_residue) {
      std::vector<ptrdiff_t>& inputs = inputs_.emplace_back(image_pixels_, kOutside);
      for (size_t i = 0; i < rows_; ++i) {
        for (size_t j = 0; j < pitch_; ++j) {
          if (!rows.is_inside(i, row_residue) || !columns.is_inside(j, column_residue)) continue;
          const size_t row = i * g_.stride_rows + row_residue - g_.pad_top;
          const size_t column = j * g_.stride_columns + column_residue - g_.pad_left;
          inputs[i * pitch_ + j] = static_cast<ptrdiff_t>(row * g_.in_columns + column);
        }
      }
    }
  }
}

size_t PixelGrid::steps(size_t images) const {
  return image_steps_ > 0 ? images * image_steps_
                          : (images * outputs_.size() + depth_ - 1) / depth_;
}

size_t PixelGrid::step_begin(size_t step) const {
  if (image_steps_ == 0) return step * depth_;
  return step / image_steps_ * image_pixels_ + step % image_steps_ * depth_;
}

size_t PixelGrid::position(size_t entry) const {
  if (positions_.empty()) return entry;
  return entry / outputs_.size() * image_pixels_ + positions_[entry % outputs_.size()];
}

size_t PixelGrid::residue_columns() const {
  return column_axis(g_).residues();
}

size_t PixelGrid::residue_of(size_t kernel_row, size_t kernel_column) const {
  return kernel_row % g_.stride_rows * residue_columns() + kernel_column % g_.stride_columns;
}

size_t PixelGrid::distance(size_t kernel_row, size_t kernel_column) const {
  return kernel_row / g_.stride_rows * pitch_ + kernel_column / g_.stride_columns;
}

size_t PixelGrid::reach() const {
  return distance(g_.kernel_rows - 1, g_.kernel_columns - 1);
}

double PixelGrid::density() const {
  const size_t outputs = g_.out_rows * g_.out_columns;
  const size_t positions = image_steps_ > 0 ? image_steps_ * depth_ : outputs_.size();
  return static_cast<double>(outputs) / static_cast<double>(positions);
}

}  // namespace belamy::kernels
