#include "belamy/nn/fused.h"

#include <ATen/ATen.h>
#include <torch/autograd.h>

#include "belamy/kernels/bf16_unit.h"
#include "belamy/kernels/permute.h"
#include "belamy/nn/gradient_scope.h"

namespace belamy {
namespace {

at::MemoryFormat layout(int64_t dimensions) {
  return dimensions == 4 ? at::MemoryFormat::ChannelsLast : at::MemoryFormat::Contiguous;
}

struct KernelFunction {
  using Result = std::optional<kernels::ActivationFunction>;
  using Kind = kernels::ActivationKind;

  Result operator()(const Linear&) const { return {{Kind::kLinear, 0}}; }
  Result operator()(const Relu&) const { return {{Kind::kRelu, 0}}; }
  Result operator()(const Tanh&) const { return {{Kind::kTanh, 0}}; }
  Result operator()(const Sigmoid&) const { return {{Kind::kSigmoid, 0}}; }
  Result operator()(const LeakyRelu& f) const {
    return {{Kind::kLeakyRelu, static_cast<float>(f.alpha)}};
  }
  Result operator()(const Elu& f) const { return {{Kind::kElu, static_cast<float>(f.alpha)}}; }
  template <class Other>
  Result operator()(const Other&) const {
    return std::nullopt;
  }
};

bool kernels_convert(const at::Tensor& x, at::ScalarType type) {
  const auto known = [](at::ScalarType t) { return t == at::kFloat || t == at::kBFloat16; };
  return x.device().is_cpu() && x.scalar_type() != type && known(x.scalar_type()) && known(type);
}

bool is_recorded(const at::Tensor& x) {
  return at::GradMode::is_enabled() && x.requires_grad();
}

// Whether x is images in that order and nothing else.
bool kernels_permute(const at::Tensor& x, at::MemoryFormat format) {
  const bool known = x.scalar_type() == at::kFloat || x.scalar_type() == at::kBFloat16;
  return known && x.dim() == 4 && x.device().is_cpu() && !is_recorded(x) && x.is_contiguous(format);
}

void permute(const at::Tensor& x, int64_t rows, int64_t columns, const at::Tensor& y) {
  const auto size = [](int64_t value) { return static_cast<size_t>(value); };
  const size_t images = size(x.size(0));
  if (x.scalar_type() == at::kFloat) {
    kernels::transpose_images(float_data(x), images, size(rows), size(columns), float_data(y));
  } else {
    kernels::transpose_images(bf16_data(x), images, size(rows), size(columns), bf16_data(y));
  }
}

// As dense_layout(), of x's own type.
at::Tensor in_layout(const at::Tensor& x) {
  const at::MemoryFormat format = layout(x.dim());
  if (x.is_contiguous(format) || !kernels_permute(x, at::MemoryFormat::Contiguous)) {
    return x.contiguous(format);
  }
  const at::Tensor y = empty_layout(x.sizes(), x.scalar_type());
  permute(x, x.size(1), x.size(2) * x.size(3), y);
  return y;
}

class ConvertFunction : public torch::autograd::Function<ConvertFunction> {
 public:
  static at::Tensor forward(torch::autograd::AutogradContext* context, const at::Tensor& x,
                            at::ScalarType type) {
    context->saved_data["type"] = static_cast<int64_t>(x.scalar_type());
    return dense_layout(x, type);
  }
  static torch::autograd::variable_list backward(torch::autograd::AutogradContext* context,
                                                 torch::autograd::variable_list gradients) {
    const auto type = static_cast<at::ScalarType>(context->saved_data["type"].toInt());
    return {converted(gradients[0], type), {}};
  }
};

}  // namespace

std::optional<kernels::ActivationFunction> kernel_function(const ActivationOptions& function) {
  return std::visit(KernelFunction{}, function);
}

at::Tensor planar_layout(const at::Tensor& x) {
  if (x.is_contiguous() || !kernels_permute(x, at::MemoryFormat::ChannelsLast)) {
    return x.contiguous();
  }
  const at::Tensor y =
      at::empty(x.sizes(), x.options().memory_format(at::MemoryFormat::Contiguous));
  permute(x, x.size(2) * x.size(3), x.size(1), y);
  return y;
}

at::Tensor dense_layout(const at::Tensor& x, at::ScalarType type) {
  const at::Tensor dense = in_layout(x);
  if (is_recorded(x) || !kernels_convert(dense, type)) return dense.to(type);
  const at::Tensor y = empty_layout(x.sizes(), type);
  const auto count = static_cast<size_t>(x.numel());
  if (type == at::kFloat) {
    kernels::convert(bf16_data(dense), float_data(y), count);
  } else {
    kernels::convert(float_data(dense), bf16_data(y), count);
  }
  return y;
}

at::Tensor converted(const at::Tensor& x, at::ScalarType type) {
  return kernels_convert(x, type) ? ConvertFunction::apply(x, type) : x.to(type);
}

at::Tensor empty_layout(at::IntArrayRef sizes, at::ScalarType type) {
  return at::empty(sizes, at::TensorOptions(type), layout(static_cast<int64_t>(sizes.size())));
}

kernels::Bf16* bf16_data(const at::Tensor& tensor) {
  if (!tensor.defined()) return nullptr;
  return reinterpret_cast<kernels::Bf16*>(tensor.data_ptr<at::BFloat16>());
}

float* float_data(const at::Tensor& tensor) {
  return tensor.defined() ? tensor.data_ptr<float>() : nullptr;
}

at::ScalarType compute_type(Precision precision) {
  return precision == Precision::kBf16 ? at::kBFloat16 : at::kFloat;
}

bool runs_on_kernels(const at::Tensor& x, const at::Tensor& weight, Precision precision) {
  const bool known = x.scalar_type() == at::kFloat || x.scalar_type() == at::kBFloat16;
  return known && weight.scalar_type() == at::kFloat && x.device().is_cpu() &&
         weight.device().is_cpu() &&
         (precision == Precision::kFp32 || kernels::bf16_unit() != kernels::Bf16Unit::kNone);
}

std::vector<at::Tensor> recorded_gradients(
    const std::function<at::Tensor(const std::vector<at::Tensor>&)>& plain,
    const std::vector<at::Tensor>& inputs, const at::Tensor& gradient) {
  std::vector<at::Tensor> wanted;
  for (const at::Tensor& input : inputs) {
    if (input.defined() && input.requires_grad()) wanted.push_back(input);
  }
  const at::Tensor y = plain(inputs);
  const auto found =
      torch::autograd::grad({y}, wanted, {gradient.to(y.scalar_type())}, /*retain_graph=*/true,
                            /*create_graph=*/true, /*allow_unused=*/true);
  std::vector<at::Tensor> gradients;
  auto next = found.begin();
  for (const at::Tensor& input : inputs) {
    const bool has = input.defined() && input.requires_grad();
    gradients.push_back(has ? *next++ : at::Tensor());
  }
  return gradients;
}

ParameterGradient::ParameterGradient(const at::Tensor& parameter, bool wanted) {
  if (!wanted || !parameter.defined()) return;
  const GradientDestination destination = gradient_destination(parameter);
  const bool fresh = !destination.view.defined() || destination.accumulate;
  written_ = fresh ? empty_layout(parameter.sizes(), at::kFloat) : destination.view;
  if (destination.accumulate) sum_ = destination.view;
}

at::Tensor ParameterGradient::result() const {
  if (!sum_.defined()) return written_;
  sum_.add_(written_);
  return {};
}

}  // namespace belamy
