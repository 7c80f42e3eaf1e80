#include "belamy/nn/rearrange.h"

#include <ATen/ATen.h>

#include "belamy/core/error.h"

namespace belamy {
namespace {

void require_image(const char* layer, const Shape& input) {
  if (input.size() == 3) return;
  fail(ErrorKind::kShape, "{} takes [channels, height, width], got {}", layer, shape_text(input));
}

Margins margins(const char* layer, const std::vector<int64_t>& given) {
  switch (given.size()) {
    case 1:
      return {given[0], given[0], given[0], given[0]};
    case 2:
      return {given[0], given[0], given[1], given[1]};
    case 4:
      return {given[0], given[1], given[2], given[3]};
    default:
      fail(ErrorKind::kShape,
           "{} takes 1, 2 or 4 numbers (all; rows, columns; top, bottom, left, right), got {}",
           layer, given.size());
  }
}

}  // namespace

at::Tensor Flatten::forward(const at::Tensor& x, const ForwardContext&) const {
  return x.flatten(1);
}

Shape Reshape::output_shape(const Shape& input) const {
  if (options_.shape.empty()) {
    fail(ErrorKind::kShape, "reshape needs a shape, for example shape = [1, 28, 28]");
  }
  if (elements(options_.shape) != elements(input)) {
    fail(ErrorKind::kShape, "reshape to {} needs {} values, got {} ({})",
         shape_text(options_.shape), elements(options_.shape), elements(input), shape_text(input));
  }
  return options_.shape;
}

at::Tensor Reshape::forward(const at::Tensor& x, const ForwardContext&) const {
  std::vector<int64_t> shape = {-1};  // not the batch's size, which a trace would take for fixed
  shape.insert(shape.end(), options_.shape.begin(), options_.shape.end());
  return x.reshape(shape);
}

Margins margins_of(const ZeroPadOptions& options) {
  return margins(options.kType, options.padding);
}

Margins margins_of(const CropOptions& options) {
  return margins(options.kType, options.cropping);
}

ZeroPad::ZeroPad(const ZeroPadOptions& options) : margins_(margins_of(options)) {}

Shape ZeroPad::output_shape(const Shape& input) const {
  require_image("zero_pad", input);
  return {input[0], input[1] + margins_.top + margins_.bottom,
          input[2] + margins_.left + margins_.right};
}

at::Tensor ZeroPad::forward(const at::Tensor& x, const ForwardContext&) const {
  return at::constant_pad_nd(x, {margins_.left, margins_.right, margins_.top, margins_.bottom}, 0);
}

Crop::Crop(const CropOptions& options) : margins_(margins_of(options)) {}

Shape Crop::output_shape(const Shape& input) const {
  require_image("crop", input);
  const int64_t rows = input[1] - margins_.top - margins_.bottom;
  const int64_t columns = input[2] - margins_.left - margins_.right;
  if (rows < 1 || columns < 1) {
    fail(ErrorKind::kShape, "crop takes {} rows and {} columns away, got {}",
         margins_.top + margins_.bottom, margins_.left + margins_.right, shape_text(input));
  }
  return {input[0], rows, columns};
}

at::Tensor Crop::forward(const at::Tensor& x, const ForwardContext&) const {
  return x.narrow(2, margins_.top, x.size(2) - margins_.top - margins_.bottom)
      .narrow(3, margins_.left, x.size(3) - margins_.left - margins_.right);
}

Shape Upsample::output_shape(const Shape& input) const {
  require_image("upsample", input);
  return {input[0], input[1] * options_.factor.front(), input[2] * options_.factor.back()};
}

at::Tensor Upsample::forward(const at::Tensor& x, const ForwardContext&) const {
  const std::vector<int64_t> size = {x.size(2) * options_.factor.front(),
                                     x.size(3) * options_.factor.back()};
  if (options_.interpolation == "bilinear") {
    return at::upsample_bilinear2d(x, size, /*align_corners=*/false);
  }
  return at::upsample_nearest2d(x, size);
}

}  // namespace belamy
