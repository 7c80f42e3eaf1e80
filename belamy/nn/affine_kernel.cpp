#include "belamy/nn/affine_kernel.h"

#include <ATen/ATen.h>

#include <utility>

#include "belamy/kernels/upsampled_kernel.h"
#include "belamy/nn/fused.h"

namespace belamy {
namespace {

/// Calls run(y's values): bf16 kernels may write float.
template <class T, class Run>
void with_output(const at::Tensor& y, const Run& run) {
  if constexpr (!std::is_same_v<T, float>) {
    if (y.scalar_type() != at::kFloat) return run(kernel_data<T>(y));
  }
  run(float_data(y));
}

template <class T>
class DenseKernel final : public AffineKernel {
 public:
  explicit DenseKernel(const at::Tensor& weight)
      : units_(weight.size(0)),
        dense_(static_cast<size_t>(weight.size(1)), static_cast<size_t>(weight.size(0))) {}

  std::vector<int64_t> output_sizes(const at::Tensor& x) const override {
    return {x.size(0), units_};
  }
  void set_forward_weights(const float* weights) override { dense_.set_forward_weights(weights); }
  void set_backward_weights(const float* weights) override { dense_.set_backward_weights(weights); }
  void forward(const at::Tensor& x, const float* bias, kernels::ActivationFunction function,
               const at::Tensor& y, const at::Tensor& winner) override {
    TORCH_INTERNAL_ASSERT(!winner.defined());
    with_output<T>(y, [&](auto* out) {
      dense_.forward(kernel_data<T>(x), static_cast<size_t>(x.size(0)), bias, function, out);
    });
  }
  void backward(const AffineGradients& g, kernels::ActivationFunction function) override {
    dense_.backward({.x = kernel_data<T>(g.x),
                     .y = kernel_data<T>(g.y),
                     .dy = kernel_data<T>(g.dy),
                     .dx = kernel_data<T>(g.dx),
                     .dw = g.dw,
                     .db = g.db,
                     .late_dw = g.late_dw},
                    static_cast<size_t>(g.dy.size(0)), function);
  }
  bool gradient_may_be_late() const override { return dense_.gradient_may_be_late(); }
  void update_weights(const kernels::UseGradient& use, const float* weights,
                      kernels::WeightPacks packs) override {
    dense_.update_weights(use, weights, packs);
  }

 private:
  int64_t units_;
  kernels::TileDense<T> dense_;
};

/// What a convolution kernel is made for.
struct ConvolutionPlan {
  kernels::ConvolutionGeometry geometry;
  bool transposed;
  kernels::PoolingWindow window;
};

template <class T>
class ConvolutionKernel final : public AffineKernel {
 public:
  explicit ConvolutionKernel(const ConvolutionPlan& plan)
      : plan_(plan), convolution_(plan.geometry, plan.transposed, plan.window) {}

  std::vector<int64_t> output_sizes(const at::Tensor& x) const override {
    const kernels::ConvolutionGeometry& g = plan_.geometry;
    const auto sizes = [&](size_t channels, size_t rows, size_t columns) {
      return std::vector<int64_t>{x.size(0), static_cast<int64_t>(channels),
                                  static_cast<int64_t>(rows), static_cast<int64_t>(columns)};
    };
    return plan_.transposed ? sizes(g.in_channels, g.in_rows, g.in_columns)
                            : sizes(g.out_channels, g.out_rows / plan_.window.rows,
                                    g.out_columns / plan_.window.columns);
  }
  void set_forward_weights(const float* weights) override {
    convolution_.set_forward_weights(weights);
  }
  void set_backward_weights(const float* weights) override {
    convolution_.set_backward_weights(weights);
  }
  void forward(const at::Tensor& x, const float* bias, kernels::ActivationFunction function,
               const at::Tensor& y, const at::Tensor& winner) override {
    const auto images = static_cast<size_t>(x.size(0));
    if (winner.defined()) {
      convolution_.forward_pooled(kernel_data<T>(x), images, bias, function, kernel_data<T>(y),
                                  winner.data_ptr<uint8_t>());
      return;
    }
    with_output<T>(y, [&](auto* out) {
      convolution_.forward(kernel_data<T>(x), images, bias, function, out);
    });
  }
  void backward(const AffineGradients& g, kernels::ActivationFunction function) override {
    convolution_.backward({.x = kernel_data<T>(g.x),
                           .y = kernel_data<T>(g.y),
                           .winner = g.winner.defined() ? g.winner.data_ptr<uint8_t>() : nullptr,
                           .dy = kernel_data<T>(g.dy),
                           .dx = kernel_data<T>(g.dx),
                           .dw = g.dw,
                           .db = g.db},
                          static_cast<size_t>(g.dy.size(0)), function);
  }

 private:
  ConvolutionPlan plan_;
  kernels::TileConvolution<T> convolution_;
};

/// A convolution of upsampled images as the transposed convolution that it is.
template <class T>
class UpsampledKernel final : public AffineKernel {
 public:
  UpsampledKernel(const kernels::ConvolutionGeometry& geometry,
                  const kernels::UpsampledKernel& shape)
      : shape_(shape), wide_(shape.wide_size()), kernel_({geometry, /*transposed=*/true, {}}) {}

  std::vector<int64_t> output_sizes(const at::Tensor& x) const override {
    return kernel_.output_sizes(x);
  }
  void set_forward_weights(const float* weights) override {
    widen_kernel(weights, shape_, wide_.data());
    kernel_.set_forward_weights(wide_.data());
  }
  void set_backward_weights(const float* weights) override {
    widen_kernel(weights, shape_, wide_.data());
    kernel_.set_backward_weights(wide_.data());
  }
  void forward(const at::Tensor& x, const float* bias, kernels::ActivationFunction function,
               const at::Tensor& y, const at::Tensor& winner) override {
    kernel_.forward(x, bias, function, y, winner);
  }
  void backward(const AffineGradients& gradients, kernels::ActivationFunction function) override {
    AffineGradients of_wide = gradients;
    if (gradients.dw != nullptr) of_wide.dw = wide_.data();
    kernel_.backward(of_wide, function);
    if (gradients.dw != nullptr) narrow_gradient(wide_.data(), shape_, gradients.dw);
  }

 private:
  kernels::UpsampledKernel shape_;
  std::vector<float> wide_;  // weights while they are packed, gradients while they are narrowed
  ConvolutionKernel<T> kernel_;
};

template <template <class> class Kernel, class... Arguments>
std::unique_ptr<AffineKernel> kernel_of(Precision precision, const Arguments&... arguments) {
  if (precision == Precision::kBf16) return std::make_unique<Kernel<kernels::Bf16>>(arguments...);
  return std::make_unique<Kernel<float>>(arguments...);
}

// `in` and `out` are the sides of the convolution, which a transposed one exchanges. `margin` gives
// what is added to a side, or cut off it.
kernels::ConvolutionGeometry geometry_of(const ConvolutionFields& options, const at::Tensor& weight,
                                         const Shape& in, const Shape& out, const at::Tensor& x,
                                         decltype(convolution_padding)* margin) {
  const auto size = [](int64_t value) { return static_cast<size_t>(value); };
  const auto before = [&](int64_t length, int64_t kernel, int64_t stride) {
    return size(margin(length, kernel, stride, options.padding_rule()).before);
  };
  return {.in_rows = size(in[1]),
          .in_columns = size(in[2]),
          .in_channels = size(weight.size(1)),
          .out_rows = size(out[1]),
          .out_columns = size(out[2]),
          .out_channels = size(weight.size(0)),
          .kernel_rows = size(options.kernel_rows()),
          .kernel_columns = size(options.kernel_columns()),
          .stride_rows = size(options.stride_rows()),
          .stride_columns = size(options.stride_columns()),
          .pad_top = before(x.size(2), options.kernel_rows(), options.stride_rows()),
          .pad_left = before(x.size(3), options.kernel_columns(), options.stride_columns())};
}

}  // namespace

void AffineKernel::update_weights(const kernels::UseGradient&, const float*, kernels::WeightPacks) {
  TORCH_INTERNAL_ASSERT(false, "no gradient of this kernel is late");
}

std::unique_ptr<AffineKernel> kernel_for(const Conv& layer, const KernelRequest& request) {
  const at::Tensor& x = request.x;
  const Shape given = {x.size(1), x.size(2), x.size(3)}, made = layer.output_shape(given);
  const ConvolutionPlan plan{
      geometry_of(layer.options(), layer.weight(), given, made, x, convolution_padding),
      /*transposed=*/false, request.window};
  return kernel_of<ConvolutionKernel>(request.precision, plan);
}

std::unique_ptr<AffineKernel> kernel_for(const ConvTranspose& layer, const KernelRequest& request) {
  const at::Tensor& x = request.x;
  const Shape given = {x.size(1), x.size(2), x.size(3)}, made = layer.output_shape(given);
  const ConvolutionPlan plan{
      geometry_of(layer.options(), layer.weight(), made, given, x, transposed_cut),
      /*transposed=*/true, request.window};
  return kernel_of<ConvolutionKernel>(request.precision, plan);
}

std::unique_ptr<AffineKernel> kernel_for(const Dense& layer, const KernelRequest& request) {
  return kernel_of<DenseKernel>(request.precision, layer.weight());
}

std::unique_ptr<AffineKernel> kernel_for(const Upsample& upsample, const Conv& layer,
                                         const KernelRequest& request) {
  const at::Tensor& x = request.x;
  const Shape given = {x.size(1), x.size(2), x.size(3)};
  const Shape enlarged = upsample.output_shape(given), made = layer.output_shape(enlarged);
  const ConvOptions& options = layer.options();
  const auto size = [](int64_t value) { return static_cast<size_t>(value); };
  const kernels::UpsampledKernel shape{
      size(options.filters), size(options.kernel_rows()),  size(options.kernel_columns()),
      size(given[0]),        size(enlarged[1] / given[1]), size(enlarged[2] / given[2])};
  // What the convolution pads, the transposed one cuts off its kernel's reach.
  const auto cut = [&](int64_t length, int64_t kernel) {
    return size(kernel - 1 - convolution_padding(length, kernel, 1, options.padding_rule()).before);
  };
  const kernels::ConvolutionGeometry geometry{
      .in_rows = size(made[1]),
      .in_columns = size(made[2]),
      .in_channels = shape.filters,
      .out_rows = size(given[1]),
      .out_columns = size(given[2]),
      .out_channels = shape.channels,
      .kernel_rows = shape.wide_rows(),
      .kernel_columns = shape.wide_columns(),
      .stride_rows = shape.row_factor,
      .stride_columns = shape.column_factor,
      .pad_top = cut(enlarged[1], options.kernel_rows()),
      .pad_left = cut(enlarged[2], options.kernel_columns())};
  return kernel_of<UpsampledKernel>(request.precision, geometry, shape);
}

}  // namespace belamy
