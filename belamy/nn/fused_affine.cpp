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

/// What a layer's backward pass reads and writes; null gradients are not wanted.
struct AffineGradients {
  at::Tensor winner;    // bytes; undefined without pooling
  at::Tensor x, y, dy;  // bf16, laid out densely; y undefined for a linear activation
  at::Tensor dx;
  float* dw = nullptr;
  float* db = nullptr;
};

/// A layer's kernel with the weights packed for it. Not for two threads at once.
class AffineKernel {
 public:
  virtual ~AffineKernel() = default;
  virtual std::vector<int64_t> output_sizes(const at::Tensor& x) const = 0;
  virtual void set_weights(const float* weights, bool backward) = 0;
  /// `winner` is undefined unless the kernel pools.
  virtual void forward(const at::Tensor& x, const float* bias, kernels::ActivationFunction function,
                       const at::Tensor& y, const at::Tensor& winner) = 0;
  virtual void backward(const AffineGradients& gradients, kernels::ActivationFunction function) = 0;
};

class DenseKernel final : public AffineKernel {
 public:
  explicit DenseKernel(const at::Tensor& weight)
      : units_(weight.size(0)),
        dense_(static_cast<size_t>(weight.size(1)), static_cast<size_t>(weight.size(0))) {}

  std::vector<int64_t> output_sizes(const at::Tensor& x) const override {
    return {x.size(0), units_};
  }
  void set_weights(const float* weights, bool backward) override {
    dense_.set_weights(weights, backward);
  }
  void forward(const at::Tensor& x, const float* bias, kernels::ActivationFunction function,
               const at::Tensor& y, const at::Tensor& winner) override {
    TORCH_INTERNAL_ASSERT(!winner.defined());
    const auto rows = static_cast<size_t>(x.size(0));
    if (y.scalar_type() == at::kFloat) {
      dense_.forward(bf16_data(x), rows, bias, function, float_data(y));
    } else {
      dense_.forward(bf16_data(x), rows, bias, function, bf16_data(y));
    }
  }
  void backward(const AffineGradients& g, kernels::ActivationFunction function) override {
    dense_.backward({.x = bf16_data(g.x),
                     .y = bf16_data(g.y),
                     .dy = bf16_data(g.dy),
                     .dx = bf16_data(g.dx),
                     .dw = g.dw,
                     .db = g.db},
                    static_cast<size_t>(g.dy.size(0)), function);
  }

 private:
  int64_t units_;
  kernels::TileDense dense_;
};

class ConvolutionKernel final : public AffineKernel {
 public:
  ConvolutionKernel(const kernels::ConvolutionGeometry& geometry, bool transposed,
                    kernels::PoolingWindow window)
      : geometry_(geometry),
        transposed_(transposed),
        window_(window),
        convolution_(geometry, transposed, window) {}

  std::vector<int64_t> output_sizes(const at::Tensor& x) const override {
    const kernels::ConvolutionGeometry& g = geometry_;
    const auto sizes = [&](size_t channels, size_t rows, size_t columns) {
      return std::vector<int64_t>{x.size(0), static_cast<int64_t>(channels),
                                  static_cast<int64_t>(rows), static_cast<int64_t>(columns)};
    };
    return transposed_
               ? sizes(g.in_channels, g.in_rows, g.in_columns)
               : sizes(g.out_channels, g.out_rows / window_.rows, g.out_columns / window_.columns);
  }
  void set_weights(const float* weights, bool backward) override {
    convolution_.set_weights(weights, backward);
  }
  void forward(const at::Tensor& x, const float* bias, kernels::ActivationFunction function,
               const at::Tensor& y, const at::Tensor& winner) override {
    const auto images = static_cast<size_t>(x.size(0));
    if (winner.defined()) {
      convolution_.forward_pooled(bf16_data(x), images, bias, function, bf16_data(y),
                                  winner.data_ptr<uint8_t>());
    } else if (y.scalar_type() == at::kFloat) {
      convolution_.forward(bf16_data(x), images, bias, function, float_data(y));
    } else {
      convolution_.forward(bf16_data(x), images, bias, function, bf16_data(y));
    }
  }
  void backward(const AffineGradients& g, kernels::ActivationFunction function) override {
    convolution_.backward({.x = bf16_data(g.x),
                           .y = bf16_data(g.y),
                           .winner = g.winner.defined() ? g.winner.data_ptr<uint8_t>() : nullptr,
                           .dy = bf16_data(g.dy),
                           .dx = bf16_data(g.dx),
                           .dw = g.dw,
                           .db = g.db},
                          static_cast<size_t>(g.dy.size(0)), function);
  }

 private:
  kernels::ConvolutionGeometry geometry_;
  bool transposed_;
  kernels::PoolingWindow window_;
  kernels::TileConvolution convolution_;
};

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

std::unique_ptr<AffineKernel> kernel_for(const Conv& layer, const at::Tensor& x,
                                         kernels::PoolingWindow window) {
  const Shape given = {x.size(1), x.size(2), x.size(3)}, made = layer.output_shape(given);
  return std::make_unique<ConvolutionKernel>(
      geometry_of(layer.options(), layer.weight(), given, made, x, convolution_padding),
      /*transposed=*/false, window);
}

std::unique_ptr<AffineKernel> kernel_for(const ConvTranspose& layer, const at::Tensor& x,
                                         kernels::PoolingWindow window) {
  const Shape given = {x.size(1), x.size(2), x.size(3)}, made = layer.output_shape(given);
  return std::make_unique<ConvolutionKernel>(
      geometry_of(layer.options(), layer.weight(), made, given, x, transposed_cut),
      /*transposed=*/true, window);
}

std::unique_ptr<AffineKernel> kernel_for(const Dense& layer, const at::Tensor&,
                                         kernels::PoolingWindow) {
  return std::make_unique<DenseKernel>(layer.weight());
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

class FusedAffine final : public Stage {
 public:
  using MakeKernel = std::function<std::unique_ptr<AffineKernel>(const at::Tensor& x)>;

  FusedAffine(at::Tensor weight, at::Tensor bias, MakeKernel make_kernel,
              const FusedAffineOptions& options, std::unique_ptr<Stage> plain)
      : weight_(std::move(weight)),
        bias_(std::move(bias)),
        make_kernel_(std::move(make_kernel)),
        options_(options),
        plain_(std::move(plain)) {}

  at::Tensor forward(const at::Tensor& x, const ForwardContext& context) const override {
    if (!runs_on_tiles(x, context.precision)) return plain_->forward(x, context);
    const c10::optional<at::Tensor> bias =
        bias_.defined() ? c10::optional<at::Tensor>(bias_) : c10::nullopt;
    return AffineFunction::apply(x.to(at::kBFloat16), weight_, bias, this);
  }

  /// The layer on inputs {x, weight, bias}, which are its own tensors.
  at::Tensor plain(const std::vector<at::Tensor>& inputs) const {
    return plain_->forward(inputs[0].to(at::kFloat), {.precision = Precision::kFp32});
  }

  /// y and, with pooling, its winners.
  std::pair<at::Tensor, at::Tensor> run(const at::Tensor& x, bool needs_backward) const {
    const std::lock_guard<std::mutex> lock(mutex_);
    AffineKernel& kernel = ready_kernel(x, needs_backward);
    const std::vector<int64_t> sizes = kernel.output_sizes(x);
    const at::Tensor y = empty_layout(sizes, options_.wide_output ? at::kFloat : at::kBFloat16);
    at::Tensor winner;
    if (options_.window.pools()) winner = empty_layout(sizes, at::kByte);
    kernel.forward(x, float_data(bias_), options_.function, y, winner);
    return {y, winner};
  }

  void run_backward(const AffineGradients& gradients) const {
    const std::lock_guard<std::mutex> lock(mutex_);
    ready_kernel(gradients.x, gradients.dx.defined()).backward(gradients, options_.function);
  }

  const at::Tensor& weight() const { return weight_; }
  const at::Tensor& bias() const { return bias_; }
  bool is_linear() const { return options_.function.kind == kernels::ActivationKind::kLinear; }

 private:
  AffineKernel& ready_kernel(const at::Tensor& x, bool backward) const {
    const std::vector<int64_t> sample(x.sizes().begin() + 1, x.sizes().end());
    if (kernel_ == nullptr || sample != sample_) {
      kernel_ = make_kernel_(x);
      sample_ = sample;
      packed_version_ = kNoVersion;
    }
    const auto version = static_cast<int64_t>(weight_._version());
    if (version != packed_version_ || (backward && !packed_backward_)) {
      kernel_->set_weights(float_data(weight_), backward);
      packed_backward_ = backward;
      packed_version_ = version;
    }
    return *kernel_;
  }

  static constexpr int64_t kNoVersion = -1;

  at::Tensor weight_, bias_;
  MakeKernel make_kernel_;
  FusedAffineOptions options_;
  std::unique_ptr<Stage> plain_;
  mutable std::mutex mutex_;
  mutable std::unique_ptr<AffineKernel> kernel_;
  mutable std::vector<int64_t> sample_;  // the sizes that the kernel is made for
  mutable int64_t packed_version_ = kNoVersion;
  mutable bool packed_backward_ = false;
};

at::Tensor AffineFunction::forward(torch::autograd::AutogradContext* context, const at::Tensor& x,
                                   const at::Tensor& weight, const c10::optional<at::Tensor>& bias,
                                   const FusedAffine* stage) {
  const at::Tensor dense = dense_layout(x, at::kBFloat16);
  const auto [y, winner] = stage->run(dense, x.requires_grad());
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
  AffineGradients wanted{.winner = saved[3],
                         .x = dense_layout(saved[0], at::kBFloat16),
                         .y = saved[1],
                         .dy = dense_layout(gradients[0], at::kBFloat16),
                         .dx = {},
                         .dw = dw.data(),
                         .db = db.data()};
  if (context->saved_data["x"].toBool()) {
    wanted.dx = empty_layout(saved[0].sizes(), at::kBFloat16);
  }
  stage->run_backward(wanted);
  return {wanted.dx, dw.result(), db.result(), at::Tensor()};
}

template <class AnyLayer>
std::unique_ptr<Stage> fuse(const AnyLayer& layer, const FusedAffineOptions& options,
                            std::unique_ptr<Stage> plain) {
  return std::make_unique<FusedAffine>(
      layer.weight(), layer.bias(),
      [&layer, options](const at::Tensor& x) { return kernel_for(layer, x, options.window); },
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
