#include "belamy/nn/convolution.h"

#include <ATen/ATen.h>

#include "belamy/core/error.h"

namespace belamy {
namespace {

// At the batch sizes GANs use, oneDNN is fastest in channels-last, fp32 and bf16 alike.
at::Tensor channels_last(const at::Tensor& x) {
  return x.contiguous(at::MemoryFormat::ChannelsLast);
}

at::Tensor narrowed(const at::Tensor& tensor, const ForwardContext& context) {
  return tensor.defined() ? to_compute(tensor, context.precision) : tensor;
}

void require_image(const char* layer, const ConvolutionFields& options, const Shape& input) {
  if (options.filters < 1)
    fail(ErrorKind::kShape, "{} needs filters, for example filters = 64", layer);
  if (input.size() == 3) return;
  fail(ErrorKind::kShape,
       "{} takes [channels, height, width], got {}; put {{ type = \"reshape\" }} before", layer,
       shape_text(input));
}

void create_weights(const ConvolutionFields& options, std::array<int64_t, 2> leading, Fans fans,
                    RandomStream& random, at::Tensor& weight, at::Tensor& bias) {
  weight = at::empty({leading[0], leading[1], options.kernel_rows(), options.kernel_columns()},
                     at::kFloat);
  initialize(weight, options.kernel_initializer, fans, random);
  if (!options.use_bias) return;
  bias = at::empty({options.filters}, at::kFloat);
  initialize(bias, options.bias_initializer, fans, random);
}

std::vector<LayerTensor> weight_and_bias(const at::Tensor& weight, const at::Tensor& bias) {
  std::vector<LayerTensor> tensors = {{"weight", weight}};
  if (bias.defined()) tensors.push_back({"bias", bias});
  return tensors;
}

}  // namespace

void ConvolutionFields::visit(OptionsVisitor& v) {
  v.integer("filters", filters, {1, 1 << 16}, "number of output channels");
  v.integers("kernel", kernel, {1, 2}, {1, 1024}, "window: one number, or [rows, columns]");
  v.integers("strides", strides, {1, 2}, {1, 1024}, "step: one number, or [rows, columns]");
  v.choice("padding", padding, {"valid", "same"}, "as Keras pads");
  v.boolean("use_bias", use_bias, "add a bias to each channel");
  v.one_of("activation", activation, "applied to the outputs");
  v.one_of("kernel_initializer", kernel_initializer, "how the weights start");
  v.one_of("bias_initializer", bias_initializer, "how the biases start");
  v.boolean("spectral_norm", spectral_norm,
            "divide the weights by their largest singular value (Miyato et al. 2018)");
}

at::Tensor padded_convolution(const at::Tensor& x, const at::Tensor& weight, const at::Tensor& bias,
                              PaddingPair rows, PaddingPair columns,
                              const std::vector<int64_t>& strides, const ForwardContext& context) {
  at::Tensor input = channels_last(narrowed(x, context));
  const at::Tensor kernel = channels_last(narrowed(weight, context));
  std::vector<int64_t> padding = {rows.before, columns.before};
  if (rows.before != rows.after || columns.before != columns.after) {
    input = at::constant_pad_nd(input, {columns.before, columns.after, rows.before, rows.after}, 0);
    padding = {0, 0};
  }
  return at::conv2d(input, kernel, narrowed(bias, context), {strides.front(), strides.back()},
                    padding);
}

Shape Conv::output_shape(const Shape& input) const {
  require_image("conv", options_, input);
  const Padding padding = options_.padding_rule();
  const int64_t rows =
      convolved_length(input[1], options_.kernel_rows(), options_.stride_rows(), padding);
  const int64_t columns =
      convolved_length(input[2], options_.kernel_columns(), options_.stride_columns(), padding);
  if (rows < 1 || columns < 1) {
    fail(ErrorKind::kShape, "a {}×{} window does not fit into {}; use padding = \"same\"",
         options_.kernel_rows(), options_.kernel_columns(), shape_text(input));
  }
  return {options_.filters, rows, columns};
}

void Conv::build(const Shape& input, RandomStream& random) {
  const int64_t window = options_.kernel_rows() * options_.kernel_columns();
  create_weights(options_, {options_.filters, input[0]},
                 {input[0] * window, options_.filters * window}, random, weight_, bias_);
  if (options_.spectral_norm) spectral_norm_.emplace(weight_, 0, random);
}

std::vector<LayerTensor> Conv::tensors() const {
  std::vector<LayerTensor> tensors = weight_and_bias(weight_, bias_);
  add_spectral_norm(tensors);
  return tensors;
}

int64_t Conv::multiply_adds(const Shape& input) const {
  return elements(output_shape(input)) * input[0] * options_.kernel_rows() *
         options_.kernel_columns();
}

at::Tensor Conv::affine(const at::Tensor& x, const ForwardContext& context) const {
  const Padding padding = options_.padding_rule();
  const PaddingPair rows =
      convolution_padding(x.size(2), options_.kernel_rows(), options_.stride_rows(), padding);
  const PaddingPair columns =
      convolution_padding(x.size(3), options_.kernel_columns(), options_.stride_columns(), padding);
  return padded_convolution(x, applied(weight_, context), bias_, rows, columns, options_.strides,
                            context);
}

Shape ConvTranspose::output_shape(const Shape& input) const {
  require_image("conv_transpose", options_, input);
  const Padding padding = options_.padding_rule();
  return {
      options_.filters,
      transposed_length(input[1], options_.kernel_rows(), options_.stride_rows(), padding),
      transposed_length(input[2], options_.kernel_columns(), options_.stride_columns(), padding)};
}

void ConvTranspose::build(const Shape& input, RandomStream& random) {
  // Keras computes the fans from its kernel's shape (rows, columns, filters, channels), so the
  // filters count as inputs; Glorot's rule does not notice, He's does.
  const int64_t window = options_.kernel_rows() * options_.kernel_columns();
  create_weights(options_, {input[0], options_.filters},
                 {options_.filters * window, input[0] * window}, random, weight_, bias_);
  if (options_.spectral_norm) spectral_norm_.emplace(weight_, 1, random);
}

std::vector<LayerTensor> ConvTranspose::tensors() const {
  std::vector<LayerTensor> tensors = weight_and_bias(weight_, bias_);
  add_spectral_norm(tensors);
  return tensors;
}

int64_t ConvTranspose::multiply_adds(const Shape& input) const {
  return elements(input) * options_.filters * options_.kernel_rows() * options_.kernel_columns();
}

// Computed in fp32 whatever the context asks for: LibTorch 1.13 refuses bf16 here. The compiled
// stages (compile.h) are what trains.
at::Tensor ConvTranspose::affine(const at::Tensor& x, const ForwardContext& context) const {
  const Padding padding = options_.padding_rule();
  const PaddingPair rows =
      transposed_cut(x.size(2), options_.kernel_rows(), options_.stride_rows(), padding);
  const PaddingPair columns =
      transposed_cut(x.size(3), options_.kernel_columns(), options_.stride_columns(), padding);
  // The operator cuts the same number of rows at both ends; what Keras cuts more at the end is
  // taken off afterwards, and what it adds is the operator's output padding.
  const std::vector<int64_t> added = {std::max<int64_t>(rows.before - rows.after, 0),
                                      std::max<int64_t>(columns.before - columns.after, 0)};
  at::Tensor y = at::conv_transpose2d(x.to(at::kFloat), applied(weight_, context), bias_,
                                      {options_.stride_rows(), options_.stride_columns()},
                                      {rows.before, columns.before}, added);
  y = y.slice(2, 0, y.size(2) - std::max<int64_t>(rows.after - rows.before, 0));
  return y.slice(3, 0, y.size(3) - std::max<int64_t>(columns.after - columns.before, 0));
}

}  // namespace belamy
