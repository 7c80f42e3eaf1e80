#include "belamy/nn/pooling.h"

#include <ATen/ATen.h>

#include "belamy/core/error.h"

namespace belamy {
namespace {

Shape pooled_shape(const char* layer, const PoolingFields& options, const Shape& input) {
  if (input.size() != 3) {
    fail(ErrorKind::kShape, "{} takes [channels, height, width], got {}", layer, shape_text(input));
  }
  const std::vector<int64_t>& steps = options.steps();
  const int64_t rows =
      convolved_length(input[1], options.size.front(), steps.front(), options.padding_rule());
  const int64_t columns =
      convolved_length(input[2], options.size.back(), steps.back(), options.padding_rule());
  if (rows < 1 || columns < 1) {
    fail(ErrorKind::kShape, "a {}×{} pooling window does not fit into {}", options.size.front(),
         options.size.back(), shape_text(input));
  }
  return {input[0], rows, columns};
}

std::array<int64_t, 2> window(const PoolingFields& options) {
  return {options.size.front(), options.size.back()};
}

std::array<int64_t, 2> steps(const PoolingFields& options) {
  return {options.steps().front(), options.steps().back()};
}

at::Tensor pad_same(const at::Tensor& x, const PoolingFields& options, double value) {
  if (options.padding_rule() == Padding::kValid) return x;
  const auto [step_rows, step_columns] = steps(options);
  const PaddingPair rows =
      convolution_padding(x.size(2), options.size.front(), step_rows, Padding::kSame);
  const PaddingPair columns =
      convolution_padding(x.size(3), options.size.back(), step_columns, Padding::kSame);
  return at::constant_pad_nd(x, {columns.before, columns.after, rows.before, rows.after}, value);
}

}  // namespace

void PoolingFields::visit(OptionsVisitor& v) {
  v.integers("size", size, {1, 2}, {1, 1024}, "window: one number, or [rows, columns]");
  v.integers("strides", strides, {0, 2}, {1, 1024}, "step; the size when not given");
  v.choice("padding", padding, {"valid", "same"}, "as Keras pads");
}

Shape MaxPool::output_shape(const Shape& input) const {
  return pooled_shape("max_pool", options_, input);
}

at::Tensor MaxPool::forward(const at::Tensor& x, const ForwardContext&) const {
  const at::Tensor padded = pad_same(x, options_, -std::numeric_limits<double>::infinity());
  return at::max_pool2d(padded, window(options_), steps(options_));
}

Shape AveragePool::output_shape(const Shape& input) const {
  return pooled_shape("average_pool", options_, input);
}

at::Tensor AveragePool::forward(const at::Tensor& x, const ForwardContext&) const {
  const at::Tensor mean =
      at::avg_pool2d(pad_same(x, options_, 0), window(options_), steps(options_));
  if (options_.padding_rule() == Padding::kValid) return mean;
  const at::Tensor ones = at::ones({1, 1, x.size(2), x.size(3)}, x.options());
  const at::Tensor share =
      at::avg_pool2d(pad_same(ones, options_, 0), window(options_), steps(options_));
  return mean / share;
}

}  // namespace belamy
