#include "belamy/nn/convolution_gradient.h"

#include <ATen/ATen.h>
#include <torch/autograd.h>

namespace belamy {
namespace {

// One of the gradients of y = conv(input, weight) for the gradient `dy`.
at::Tensor gradient_of_convolution(const at::Tensor& dy, const at::Tensor& input,
                                   const at::Tensor& weight, at::IntArrayRef strides,
                                   at::IntArrayRef padding, bool of_input) {
  const auto gradients =
      at::convolution_backward(dy, input, weight, c10::nullopt, strides, padding, {1, 1},
                               /*transposed=*/false, {0, 0}, 1, {of_input, !of_input, false});
  return of_input ? std::get<0>(gradients) : std::get<1>(gradients);
}

// With conv linear in both arguments: y(x, w) = gradient of <conv(u, w), x> with respect to u, so
// dy's gradient with respect to x is conv(dy, w), and with respect to w that of conv(dy, w) for x.
class InputGradient : public torch::autograd::Function<InputGradient> {
 public:
  static at::Tensor forward(torch::autograd::AutogradContext* context, const at::Tensor& x,
                            const at::Tensor& weight, const std::vector<int64_t>& strides,
                            const std::vector<int64_t>& padding, int64_t rows, int64_t columns) {
    context->save_for_backward({x, weight});
    context->saved_data["strides"] = strides;
    context->saved_data["padding"] = padding;
    // Only the shape of the convolution's input matters for this gradient.
    const at::Tensor input = at::empty({x.size(0), weight.size(1), rows, columns}, x.options(),
                                       at::MemoryFormat::ChannelsLast);
    return gradient_of_convolution(x.contiguous(at::MemoryFormat::ChannelsLast), input,
                                   weight.contiguous(at::MemoryFormat::ChannelsLast), strides,
                                   padding, /*of_input=*/true);
  }

  static torch::autograd::variable_list backward(torch::autograd::AutogradContext* context,
                                                 torch::autograd::variable_list gradients) {
    const auto saved = context->get_saved_variables();
    const at::Tensor &x = saved[0], &weight = saved[1];
    const auto strides = context->saved_data["strides"].toIntVector();
    const auto padding = context->saved_data["padding"].toIntVector();
    const at::Tensor dy = gradients[0].contiguous(at::MemoryFormat::ChannelsLast);
    at::Tensor of_x, of_weight;
    if (context->needs_input_grad(0)) of_x = at::conv2d(dy, weight, {}, strides, padding);
    if (context->needs_input_grad(1)) {
      of_weight = gradient_of_convolution(x, dy, weight, strides, padding, /*of_input=*/false);
    }
    return {of_x, of_weight, {}, {}, {}, {}};
  }
};

}  // namespace

at::Tensor convolution_input_gradient(const at::Tensor& x, const at::Tensor& weight,
                                      const ConvolutionGeometry& geometry) {
  return InputGradient::apply(
      x, weight, std::vector<int64_t>(geometry.strides.begin(), geometry.strides.end()),
      std::vector<int64_t>(geometry.padding.begin(), geometry.padding.end()), geometry.rows,
      geometry.columns);
}

}  // namespace belamy
