#include "belamy/nn/transposed_stage.h"

#include <ATen/ATen.h>

#include "belamy/nn/convolution_gradient.h"

namespace belamy {
namespace {

/// A transposed convolution of stride 1 as a convolution: padding k - 1 - cut, kernel flipped, its
/// channel dimensions swapped.
class TurnedConvolution final : public Stage {
 public:
  explicit TurnedConvolution(const ConvTranspose& layer) : layer_(layer) {}

  at::Tensor forward(const at::Tensor& x, const ForwardContext& context) const override {
    const ConvTransposeOptions& options = layer_.options();
    const at::Tensor kernel = layer_.weight().flip({2, 3}).transpose(0, 1);
    return padded_convolution(
        x, kernel, layer_.bias(), turned(x.size(2), options.kernel_rows(), options.padding_rule()),
        turned(x.size(3), options.kernel_columns(), options.padding_rule()), {1}, context);
  }

 private:
  static PaddingPair turned(int64_t input, int64_t kernel, Padding padding) {
    const PaddingPair cut = transposed_cut(input, kernel, 1, padding);
    return {kernel - 1 - cut.before, kernel - 1 - cut.after};
  }

  const ConvTranspose& layer_;
};

/// A transposed convolution of a larger stride as what it is, the gradient of a convolution with
/// respect to its input: oneDNN runs that fast, in fp32 and bf16, where the operator itself does
/// not.
class ConvolutionGradient final : public Stage {
 public:
  explicit ConvolutionGradient(const ConvTranspose& layer) : layer_(layer) {}

  at::Tensor forward(const at::Tensor& x, const ForwardContext& context) const override {
    const ConvTransposeOptions& options = layer_.options();
    const PaddingPair rows = transposed_cut(x.size(2), options.kernel_rows(), options.stride_rows(),
                                            options.padding_rule());
    const PaddingPair columns = transposed_cut(x.size(3), options.kernel_columns(),
                                               options.stride_columns(), options.padding_rule());
    at::Tensor y = convolution_input_gradient(
        to_compute(x, context.precision), to_compute(layer_.weight(), context.precision),
        {.strides = {options.stride_rows(), options.stride_columns()},
         .padding = {rows.before, columns.before},
         .rows = (x.size(2) - 1) * options.stride_rows() + options.kernel_rows() - 2 * rows.before,
         .columns = (x.size(3) - 1) * options.stride_columns() + options.kernel_columns() -
                    2 * columns.before});
    // What Keras cuts more, or adds, at the end.
    const int64_t fewer_rows = rows.after - rows.before;
    const int64_t fewer_columns = columns.after - columns.before;
    if (fewer_rows != 0 || fewer_columns != 0) {
      y = at::constant_pad_nd(y, {0, -fewer_columns, 0, -fewer_rows}, 0);
    }
    if (layer_.bias().defined()) {
      y = y + to_compute(layer_.bias(), context.precision).view({1, -1, 1, 1});
    }
    return y;
  }

 private:
  const ConvTranspose& layer_;
};

}  // namespace

std::unique_ptr<Stage> make_transposed_stage(const ConvTranspose& layer) {
  const ConvTransposeOptions& options = layer.options();
  if (options.stride_rows() == 1 && options.stride_columns() == 1) {
    return std::make_unique<TurnedConvolution>(layer);
  }
  return std::make_unique<ConvolutionGradient>(layer);
}

}  // namespace belamy
