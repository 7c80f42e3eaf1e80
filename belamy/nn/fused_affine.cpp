#include "belamy/nn/fused_affine.h"

#include <ATen/ATen.h>
#include <torch/autograd.h>

#include <algorithm>
#include <mutex>
#include <optional>
#include <utility>

#include "belamy/core/profile.h"
#include "belamy/nn/affine_kernel.h"
#include "belamy/nn/fused.h"
#include "belamy/nn/gradient_scope.h"
#include "belamy/nn/saved_pointer.h"

namespace belamy {
namespace {

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

  /// The gradient that the last backward pass left, used; what the use changes is packed as soon
  /// as it is there, if it was packed before.
  void update(const at::Tensor& weight, const kernels::UseGradient& use) {
    const kernels::WeightPacks packs{
        forward_version_ != kNoVersion && is_new(weight, forward_version_),
        backward_version_ != kNoVersion && is_new(weight, backward_version_)};
    kernel_->update_weights(use, float_data(weight), packs);
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
    return AffineFunction::apply(converted(x, compute_type(context.precision)), weight_, bias,
                                 this);
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

  /// Whether run_backward() of these inputs can leave the weights' gradient to
  /// update_weights().
  bool gradient_may_be_late(const at::Tensor& x) const {
    if (!belamy::gradient_may_be_late(weight_)) return false;
    const std::lock_guard<std::mutex> lock(mutex_);
    return kernel_for(x).gradient_may_be_late();
  }

  /// `narrow`: of the kernel for bf16.
  void update_weights(bool narrow, const kernels::UseGradient& use) const {
    const std::lock_guard<std::mutex> lock(mutex_);
    (narrow ? bf16_ : fp32_).update(weight_, use);
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
  save_pointer(*context, "stage", stage);
  context->saved_data["x"] = x.requires_grad();
  context->saved_data["weight"] = weight.requires_grad();
  context->saved_data["bias"] = bias.has_value() && bias->requires_grad();
  return y;
}

torch::autograd::variable_list AffineFunction::backward(torch::autograd::AutogradContext* context,
                                                        torch::autograd::variable_list gradients) {
  const auto* stage = saved_pointer<FusedAffine>(*context, "stage");
  const ProfileScope scope(stage->name(), "backward");
  const auto saved = context->get_saved_variables();
  if (at::GradMode::is_enabled()) {
    auto recorded = recorded_gradients(
        [&](const std::vector<at::Tensor>& inputs) { return stage->plain(inputs); },
        {saved[0], saved[2], stage->bias()}, gradients[0]);
    return {recorded[0], recorded[1], recorded[2], at::Tensor()};
  }
  const at::ScalarType type = saved[0].scalar_type();
  const at::Tensor x = dense_layout(saved[0], type);
  const bool wants_dw = context->saved_data["weight"].toBool();
  const bool late = wants_dw && stage->gradient_may_be_late(x);
  const ParameterGradient dw(stage->weight(), wants_dw && !late);
  const ParameterGradient db(stage->bias(), context->saved_data["bias"].toBool());
  AffineGradients wanted{.winner = saved[3],
                         .x = x,
                         .y = saved[1],
                         .dy = dense_layout(gradients[0], type),
                         .dx = {},
                         .dw = dw.data(),
                         .db = db.data(),
                         .late_dw = late};
  if (context->saved_data["x"].toBool()) {
    wanted.dx = empty_layout(saved[0].sizes(), type);
  }
  stage->run_backward(wanted);
  if (late) {
    leave_gradient(stage->weight(), [stage, narrow = type == at::kBFloat16](const auto& use) {
      stage->update_weights(narrow, use);
    });
  }
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

// Kernels of larger factors become as large as the images.
constexpr int64_t kLargestFactor = 4;

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

bool can_fuse(const Upsample& upsample, const Conv& convolution) {
  const UpsampleOptions& up = upsample.options();
  const ConvOptions& conv = convolution.options();
  if (up.interpolation != "nearest" || conv.stride_rows() != 1 || conv.stride_columns() != 1) {
    return false;
  }
  const int64_t rows = up.factor.front(), columns = up.factor.back();
  if (std::max(rows, columns) > kLargestFactor) return false;
  // Worth it where copies meet several weights of the kernel.
  const int64_t wide = (conv.kernel_rows() + rows - 1) * (conv.kernel_columns() + columns - 1);
  return 3 * wide <= 2 * conv.kernel_rows() * conv.kernel_columns() * rows * columns;
}

std::unique_ptr<Stage> make_fused_upsampled(const Upsample& upsample, const Conv& convolution,
                                            const FusedAffineOptions& options,
                                            std::unique_ptr<Stage> plain) {
  return std::make_unique<FusedAffine>(
      convolution.weight(), convolution.bias(),
      [&upsample, &convolution](const at::Tensor& x, Precision precision) {
        return kernel_for(upsample, convolution, {x, precision, {}});
      },
      options, std::move(plain));
}

}  // namespace belamy
