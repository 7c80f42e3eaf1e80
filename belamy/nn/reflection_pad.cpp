#include "belamy/nn/reflection_pad.h"

#include <ATen/ATen.h>
#include <torch/autograd.h>

#include "belamy/core/error.h"
#include "belamy/core/profile.h"
#include "belamy/kernels/reflection.h"
#include "belamy/nn/fused.h"
#include "belamy/nn/saved_pointer.h"

namespace belamy {
namespace {

using torch::autograd::AutogradContext;
using torch::autograd::variable_list;

// `images` are those without padding: [N, C, H, W].
kernels::ReflectionShape reflection_shape(at::IntArrayRef images, int64_t padding) {
  const auto size = [](int64_t value) { return static_cast<size_t>(value); };
  const size_t p = size(padding);
  return {size(images[0]), size(images[2]), size(images[3]), size(images[1]), p, p, p, p};
}

at::Tensor plain_pad(const at::Tensor& x, int64_t padding) {
  return at::reflection_pad2d(x, {padding, padding, padding, padding});
}

class ReflectionPadFunction : public torch::autograd::Function<ReflectionPadFunction> {
 public:
  static at::Tensor forward(AutogradContext* context, const at::Tensor& x, const Stage* stage,
                            int64_t padding) {
    const at::Tensor dense = dense_layout(x, x.scalar_type());
    const at::Tensor y = empty_layout(
        {x.size(0), x.size(1), x.size(2) + 2 * padding, x.size(3) + 2 * padding}, x.scalar_type());
    const kernels::ReflectionShape shape = reflection_shape(x.sizes(), padding);
    if (x.scalar_type() == at::kBFloat16) {
      kernels::reflection_pad(bf16_data(dense), bf16_data(y), shape);
    } else {
      kernels::reflection_pad(float_data(dense), float_data(y), shape);
    }
    save_pointer(*context, "stage", stage);
    context->saved_data["padding"] = padding;
    return y;
  }

  static variable_list backward(AutogradContext* context, variable_list gradients) {
    const auto* stage = saved_pointer<Stage>(*context, "stage");
    const ProfileScope scope(stage->name(), "backward");
    const int64_t padding = context->saved_data["padding"].toInt();
    const at::Tensor& dy = gradients[0];
    const std::vector<int64_t> sizes = {dy.size(0), dy.size(1), dy.size(2) - 2 * padding,
                                        dy.size(3) - 2 * padding};
    if (at::GradMode::is_enabled()) {  // linear: its gradient at any x, recorded
      const at::Tensor x = at::zeros(sizes, at::kFloat).requires_grad_();
      const auto plain = [&](const std::vector<at::Tensor>& inputs) {
        return plain_pad(inputs[0], padding);
      };
      return {recorded_gradients(plain, {x}, dy)[0], at::Tensor(), at::Tensor()};
    }
    const at::Tensor dense = dense_layout(dy, dy.scalar_type());
    const at::Tensor dx = empty_layout(sizes, dy.scalar_type());
    const kernels::ReflectionShape shape = reflection_shape(sizes, padding);
    if (dy.scalar_type() == at::kBFloat16) {
      kernels::reflection_pad_backward(bf16_data(dense), bf16_data(dx), shape);
    } else {
      kernels::reflection_pad_backward(float_data(dense), float_data(dx), shape);
    }
    return {dx, at::Tensor(), at::Tensor()};
  }
};

class FusedReflectionPad final : public Stage {
 public:
  explicit FusedReflectionPad(const ReflectionPad& layer) : layer_(layer) {}
  at::Tensor forward(const at::Tensor& x, const ForwardContext& context) const override {
    const bool served =
        x.device().is_cpu() && (x.scalar_type() == at::kFloat || x.scalar_type() == at::kBFloat16);
    if (!served) return layer_.forward(x, context);
    return ReflectionPadFunction::apply(x, this, layer_.padding());
  }

 private:
  const ReflectionPad& layer_;
};

}  // namespace

Shape ReflectionPad::output_shape(const Shape& input) const {
  if (input.size() != 3) {
    fail(ErrorKind::kShape, "reflection_pad takes [channels, height, width], got {}",
         shape_text(input));
  }
  const int64_t p = options_.padding;
  if (p >= input[1] || p >= input[2]) {
    fail(ErrorKind::kShape,
         "reflection_pad mirrors {} pixels, which must be fewer than there are: {}", p,
         shape_text(input));
  }
  return {input[0], input[1] + 2 * p, input[2] + 2 * p};
}

at::Tensor ReflectionPad::forward(const at::Tensor& x, const ForwardContext&) const {
  return plain_pad(x.to(at::kFloat), options_.padding);
}

std::unique_ptr<Stage> make_fused_reflection_pad(const ReflectionPad& layer) {
  return std::make_unique<FusedReflectionPad>(layer);
}

}  // namespace belamy
