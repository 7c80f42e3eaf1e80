#include "belamy/nn/fused_affine.h"

#include <ATen/ATen.h>
#include <torch/autograd.h>

#include <mutex>
#include <optional>
#include <utility>

#include "belamy/core/profile.h"
#include "belamy/kernels/convolution.h"
#include "belamy/kernels/dense.h"
#include "belamy/nn/convolution.h"
#include "belamy/nn/dense.h"
#include "belamy/nn/fused.h"

namespace belamy {
namespace {

/// What a layer's backward pass reads and writes; undefined and null gradients are not wanted.
struct AffineGradients {
  at::Tensor winner;    // bytes; undefined without pooling
  at::Tensor x, y, dy;  // of one type, laid out densely; y undefined for a linear activation
  at::Tensor dx;
  float* dw = nullptr;
  float* db = nullptr;
};

/// A layer's kernel with the weights packed for it. Not for two threads at once.
class AffineKernel {
 public:
  virtual ~AffineKernel() = default;
  virtual std::vector<int64_t> output_sizes(const at::Tensor& x) const = 0;
  virtual void set_forward_weights(const float* weights) = 0;
  virtual void set_backward_weights(const float* weights) = 0;
  /// `winner` is undefined unless the kernel pools.
  virtual void forward(const at::Tensor& x, const float* bias, kernels::ActivationFunction function,
                       const at::Tensor& y, const at::Tensor& winner) = 0;
  virtual void backward(const AffineGradients& gradients, kernels::ActivationFunction function) = 0;
};

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
                     .db = g.db},
                    static_cast<size_t>(g.dy.size(0)), function);
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

/// How a layer is run on x in a precision.
struct KernelRequest {
  const at::Tensor& x;
  Precision precision;
  kernels::PoolingWindow window;
};

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

class FusedAffine;

/// Autograd's view of a fused layer: one node.
class AffineFunction : public torch::autograd::Function<AffineFunction> {
 public:
  static at::Tensor forward(torch::autograd::AutogradContext* context, const at::Tensor& x,
                            const at::Tensor& weight, const c10::optional<at::Tensor>& bias,
                            const FusedAffine* stage);
  static torch::autograd::variable_list backward(torch::autograd::AutogradContext* context,
                                                 torch::autograd::variable_list gradients);
};

/// A layer's kernel in one precision, kept while it fits what it is given.
class KernelSlot {
 public:
  using Make = std::function<std::unique_ptr<AffineKernel>()>;

  /// The kernel for inputs of x's size.
  AffineKernel& kernel_for(const at::Tensor& x, const Make& make) {
    const std::vector<int64_t> sample(x.sizes().begin() + 1, x.sizes().end());
    if (kernel_ == nullptr || sample != sample_) {
      kernel_ = make();
      sample_ = sample;
      forward_version_ = backward_version_ = kNoVersion;
    }
    return *kernel_;
  }

  /// The same with these weights, packed anew only where they have changed.
  void pack_forward(const at::Tensor& weight) {
    if (!is_new(weight, forward_version_)) return;
    kernel_->set_forward_weights(float_data(dense_layout(weight, at::kFloat)));
  }
  void pack_backward(const at::Tensor& weight) {
    if (!is_new(weight, backward_version_)) return;
    kernel_->set_backward_weights(float_data(dense_layout(weight, at::kFloat)));
  }

 private:
  static constexpr int64_t kNoVersion = -1;

  static bool is_new(const at::Tensor& weight, int64_t& version) {
    const auto now = static_cast<int64_t>(weight._version());
    return std::exchange(version, now) != now;
  }

  std::unique_ptr<AffineKernel> kernel_;
  std::vector<int64_t> sample_;  // the sizes that the kernel is made for
  int64_t forward_version_ = kNoVersion;
  int64_t backward_version_ = kNoVersion;
};

class FusedAffine final : public Stage {
 public:
  using MakeKernel =
      std::function<std::unique_ptr<AffineKernel>(const at::Tensor& x, Precision precision)>;

  FusedAffine(at::Tensor weight, at::Tensor bias, MakeKernel make_kernel,
              const FusedAffineOptions& options, std::unique_ptr<Stage> plain)
      : weight_(std::move(weight)),
        bias_(std::move(bias)),
        make_kernel_(std::move(make_kernel)),
        options_(options),
        plain_(std::move(plain)) {}

  at::Tensor forward(const at::Tensor& x, const ForwardContext& context) const override {
    if (!runs_on_kernels(x, weight_, context.precision)) return plain_->forward(x, context);
    const c10::optional<at::Tensor> bias =
        bias_.defined() ? c10::optional<at::Tensor>(bias_) : c10::nullopt;
    return AffineFunction::apply(x.to(compute_type(context.precision)), weight_, bias, this);
  }

  /// The layer on inputs {x, weight, bias}, which are its own tensors.
  at::Tensor plain(const std::vector<at::Tensor>& inputs) const {
    return plain_->forward(inputs[0].to(at::kFloat), {.precision = Precision::kFp32});
  }

  /// y and, with pooling, its winners.
  std::pair<at::Tensor, at::Tensor> run(const at::Tensor& x) const {
    const std::lock_guard<std::mutex> lock(mutex_);
    AffineKernel& kernel = kernel_for(x);
    slot(x).pack_forward(weight_);
    const std::vector<int64_t> sizes = kernel.output_sizes(x);
    const at::Tensor y = empty_layout(sizes, options_.wide_output ? at::kFloat : x.scalar_type());
    at::Tensor winner;
    if (options_.window.pools()) winner = empty_layout(sizes, at::kByte);
    kernel.forward(x, float_data(bias_), options_.function, y, winner);
    return {y, winner};
  }

  void run_backward(const AffineGradients& gradients) const {
    const std::lock_guard<std::mutex> lock(mutex_);
    AffineKernel& kernel = kernel_for(gradients.x);
    if (gradients.dx.defined()) slot(gradients.x).pack_backward(weight_);
    kernel.backward(gradients, options_.function);
  }

  const at::Tensor& weight() const { return weight_; }
  const at::Tensor& bias() const { return bias_; }
  bool is_linear() const { return options_.function.kind == kernels::ActivationKind::kLinear; }

 private:
  KernelSlot& slot(const at::Tensor& x) const {
    return x.scalar_type() == at::kBFloat16 ? bf16_ : fp32_;
  }
  AffineKernel& kernel_for(const at::Tensor& x) const {
    const bool narrow = x.scalar_type() == at::kBFloat16;
    return slot(x).kernel_for(
        x, [&] { return make_kernel_(x, narrow ? Precision::kBf16 : Precision::kFp32); });
  }

  at::Tensor weight_, bias_;
  MakeKernel make_kernel_;
  FusedAffineOptions options_;
  std::unique_ptr<Stage> plain_;
  mutable std::mutex mutex_;
  mutable KernelSlot bf16_, fp32_;
};

at::Tensor AffineFunction::forward(torch::autograd::AutogradContext* context, const at::Tensor& x,
                                   const at::Tensor& weight, const c10::optional<at::Tensor>& bias,
                                   const FusedAffine* stage) {
  const at::Tensor dense = dense_layout(x, x.scalar_type());
  const auto [y, winner] = stage->run(dense);
  // Autograd keeps track of x itself, which is `dense` but for the order in memory.
  // The weight is saved so that a change before the backward pass is noticed.
  const bool needs_y = !stage->is_linear() || winner.defined();
  context->save_for_backward({x, needs_y ? y : at::Tensor(), weight, winner});
  context->saved_data["stage"] = reinterpret_cast<int64_t>(stage);
  context->saved_data["x"] = x.requires_grad();
  context->saved_data["weight"] = weight.requires_grad();
  context->saved_data["bias"] = bias.has_value() && bias->requires_grad();
  return y;
}

torch::autograd::variable_list AffineFunction::backward(torch::autograd::AutogradContext* context,
                                                        torch::autograd::variable_list gradients) {
  const auto* stage = reinterpret_cast<const FusedAffine*>(context->saved_data["stage"].toInt());
  const ProfileScope scope(stage->name(), "backward");
  const auto saved = context->get_saved_variables();
  if (at::GradMode::is_enabled()) {
    auto recorded = recorded_gradients(
        [&](const std::vector<at::Tensor>& inputs) { return stage->plain(inputs); },
        {saved[0], saved[2], stage->bias()}, gradients[0]);
    return {recorded[0], recorded[1], recorded[2], at::Tensor()};
  }
  const ParameterGradient dw(stage->weight(), context->saved_data["weight"].toBool());
  const ParameterGradient db(stage->bias(), context->saved_data["bias"].toBool());
  const at::ScalarType type = saved[0].scalar_type();
  AffineGradients wanted{.winner = saved[3],
                         .x = dense_layout(saved[0], type),
                         .y = saved[1],
                         .dy = dense_layout(gradients[0], type),
                         .dx = {},
                         .dw = dw.data(),
                         .db = db.data()};
  if (context->saved_data["x"].toBool()) {
    wanted.dx = empty_layout(saved[0].sizes(), type);
  }
  stage->run_backward(wanted);
  return {wanted.dx, dw.result(), db.result(), at::Tensor()};
}

template <class AnyLayer>
std::unique_ptr<Stage> fuse(const AnyLayer& layer, const FusedAffineOptions& options,
                            std::unique_ptr<Stage> plain) {
  return std::make_unique<FusedAffine>(
      layer.weight(), layer.bias(),
      [&layer, options](const at::Tensor& x, Precision precision) {
        return kernel_for(layer, {x, precision, options.window});
      },
      options, std::move(plain));
}

}  // namespace

std::unique_ptr<Stage> make_fused_affine(const AffineLayer& layer,
                                         const FusedAffineOptions& options,
                                         std::unique_ptr<Stage> plain) {
  if (const auto* dense = dynamic_cast<const Dense*>(&layer)) {
    return fuse(*dense, options, std::move(plain));
  }
  if (const auto* conv = dynamic_cast<const Conv*>(&layer)) {
    return fuse(*conv, options, std::move(plain));
  }
  if (const auto* transposed = dynamic_cast<const ConvTranspose*>(&layer)) {
    return fuse(*transposed, options, std::move(plain));
  }
  return plain;
}

}  // namespace belamy
