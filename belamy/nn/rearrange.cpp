#include "belamy/nn/rearrange.h"

#include <ATen/ATen.h>

#include "belamy/core/error.h"

namespace belamy {
namespace {

void require_image(const char* layer, const Shape& input) {
  if (input.size() == 3) return;
  fail(ErrorKind::kShape, "{} takes [channels, height, width], got {}", layer, shape_text(input));
}

}  // namespace

at::Tensor Flatten::forward(const at::Tensor& x, const ForwardContext&) const {
  return x.reshape({x.size(0), -1});
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
  std::vector<int64_t> shape = {x.size(0)};
  shape.insert(shape.end(), options_.shape.begin(), options_.shape.end());
  return x.reshape(shape);
}

ZeroPad::ZeroPad(ZeroPadOptions options) {
  const std::vector<int64_t>& p = options.padding;
  switch (p.size()) {
    case 1:
      top_ = bottom_ = left_ = right_ = p[0];
      break;
    case 2:
      top_ = bottom_ = p[0];
      left_ = right_ = p[1];
      break;
    case 4:
      top_ = p[0];
      bottom_ = p[1];
      left_ = p[2];
      right_ = p[3];
      break;
    default:
      fail(
          ErrorKind::kShape,
          "zero_pad takes 1, 2 or 4 numbers (all; rows, columns; top, bottom, left, right), got {}",
          p.size());
  }
}

Shape ZeroPad::output_shape(const Shape& input) const {
  require_image("zero_pad", input);
  return {input[0], input[1] + top_ + bottom_, input[2] + left_ + right_};
}

at::Tensor ZeroPad::forward(const at::Tensor& x, const ForwardContext&) const {
  return at::constant_pad_nd(x, {left_, right_, top_, bottom_}, 0);
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
