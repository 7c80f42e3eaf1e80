#include "belamy/nn/fused_resampling.h"

#include <ATen/ATen.h>
#include <torch/autograd.h>

#include "belamy/core/profile.h"
#include "belamy/kernels/pooling.h"
#include "belamy/nn/fused.h"
#include "belamy/nn/saved_pointer.h"

namespace belamy {
namespace {

using torch::autograd::AutogradContext;
using torch::autograd::variable_list;

struct Window {
  int64_t rows = 1, columns = 1;
};

// `images` is the larger side: [N, C, H, W].
kernels::PoolingShape pooling_shape(at::IntArrayRef images, Window window) {
  const auto size = [](int64_t value) { return static_cast<size_t>(value); };
  return {size(images[0]), size(images[2]),   size(images[3]),
          size(images[1]), size(window.rows), size(window.columns)};
}

// Calls body(typed data of a, typed data of b).
template <class Body>
void with_data(const at::Tensor& a, const at::Tensor& b, const Body& body) {
  if (a.scalar_type() == at::kBFloat16) return body(bf16_data(a), bf16_data(b));
  body(float_data(a), float_data(b));
}

bool is_served(const at::Tensor& x) {
  return x.device().is_cpu() && (x.scalar_type() == at::kFloat || x.scalar_type() == at::kBFloat16);
}

class MaxPoolFunction : public torch::autograd::Function<MaxPoolFunction> {
 public:
  static at::Tensor forward(AutogradContext* context, const at::Tensor& x, const Stage* stage,
                            int64_t rows, int64_t columns) {
    save_pointer(*context, "stage", stage);
    const at::Tensor dense = dense_layout(x, x.scalar_type());
    const std::vector<int64_t> pooled = {x.size(0), x.size(1), x.size(2) / rows,
                                         x.size(3) / columns};
    const at::Tensor y = empty_layout(pooled, x.scalar_type());
    const at::Tensor winner = empty_layout(pooled, at::kByte);
    with_data(dense, y, [&](const auto* from, auto* to) {
      kernels::max_pool(from, to, winner.data_ptr<uint8_t>(),
                        pooling_shape(x.sizes(), {rows, columns}));
    });
    // x only for gradients of gradients: its memory is the layer's before, kept anyway.
    context->save_for_backward({x, winner});
    context->saved_data["rows"] = rows;
    context->saved_data["columns"] = columns;
    return y;
  }

  static variable_list backward(AutogradContext* context, variable_list gradients) {
    const auto* stage = saved_pointer<Stage>(*context, "stage");
    const ProfileScope scope(stage->name(), "backward");
    const auto saved = context->get_saved_variables();
    const Window window{context->saved_data["rows"].toInt(),
                        context->saved_data["columns"].toInt()};
    if (at::GradMode::is_enabled()) {
      const auto plain = [&](const std::vector<at::Tensor>& inputs) {
        return at::max_pool2d(inputs[0].to(at::kFloat), {window.rows, window.columns});
      };
      return {recorded_gradients(plain, {saved[0]}, gradients[0])[0], at::Tensor(), at::Tensor(),
              at::Tensor()};
    }
    const at::Tensor dy = dense_layout(gradients[0], gradients[0].scalar_type());
    const at::Tensor dx = empty_layout(saved[0].sizes(), dy.scalar_type());
    with_data(dy, dx, [&](const auto* from, auto* to) {
      kernels::max_pool_backward(from, saved[1].data_ptr<uint8_t>(), to,
                                 pooling_shape(dx.sizes(), window));
    });
    return {dx, at::Tensor(), at::Tensor(), at::Tensor()};
  }
};

class UpsampleFunction : public torch::autograd::Function<UpsampleFunction> {
 public:
  static at::Tensor forward(AutogradContext* context, const at::Tensor& x, const Stage* stage,
                            int64_t rows, int64_t columns) {
    save_pointer(*context, "stage", stage);
    const at::Tensor dense = dense_layout(x, x.scalar_type());
    const at::Tensor y = empty_layout({x.size(0), x.size(1), x.size(2) * rows, x.size(3) * columns},
                                      x.scalar_type());
    with_data(dense, y, [&](const auto* from, auto* to) {
      kernels::upsample(from, to, pooling_shape(y.sizes(), {rows, columns}));
    });
    context->saved_data["rows"] = rows;
    context->saved_data["columns"] = columns;
    return y;
  }

  static variable_list backward(AutogradContext* context, variable_list gradients) {
    const auto* stage = saved_pointer<Stage>(*context, "stage");
    const ProfileScope scope(stage->name(), "backward");
    const Window window{context->saved_data["rows"].toInt(),
                        context->saved_data["columns"].toInt()};
    const at::Tensor& dy = gradients[0];
    if (at::GradMode::is_enabled()) {  // linear: the mean's multiple is its own plain form
      const double size = static_cast<double>(window.rows * window.columns);
      const std::vector<int64_t> kernel = {window.rows, window.columns};
      return {at::avg_pool2d(dy.to(at::kFloat), kernel) * size, at::Tensor(), at::Tensor(),
              at::Tensor()};
    }
    const at::Tensor dense = dense_layout(dy, dy.scalar_type());
    const at::Tensor dx = empty_layout(
        {dy.size(0), dy.size(1), dy.size(2) / window.rows, dy.size(3) / window.columns},
        dy.scalar_type());
    with_data(dense, dx, [&](const auto* from, auto* to) {
      kernels::upsample_backward(from, to, pooling_shape(dy.sizes(), window));
    });
    return {dx, at::Tensor(), at::Tensor(), at::Tensor()};
  }
};

class FusedMaxPool final : public Stage {
 public:
  explicit FusedMaxPool(const MaxPool& layer) : layer_(layer) {}
  at::Tensor forward(const at::Tensor& x, const ForwardContext& context) const override {
    if (!is_served(x)) return layer_.forward(x, context);
    return MaxPoolFunction::apply(x, this, layer_.options().size.front(),
                                  layer_.options().size.back());
  }

 private:
  const MaxPool& layer_;
};

class FusedUpsample final : public Stage {
 public:
  explicit FusedUpsample(const Upsample& layer) : layer_(layer) {}
  at::Tensor forward(const at::Tensor& x, const ForwardContext& context) const override {
    if (!is_served(x)) return layer_.forward(x, context);
    return UpsampleFunction::apply(x, this, layer_.options().factor.front(),
                                   layer_.options().factor.back());
  }

 private:
  const Upsample& layer_;
};

}  // namespace

bool pools_side_by_side(const MaxPool& layer) {
  const MaxPoolOptions& options = layer.options();
  const bool apart = options.steps().front() == options.size.front() &&
                     options.steps().back() == options.size.back();
  constexpr int64_t kMostElements = 256;  // a winner is a byte
  const bool small = options.size.front() * options.size.back() <= kMostElements;
  return apart && small && options.padding_rule() == Padding::kValid;
}

std::unique_ptr<Stage> make_fused_max_pool(const MaxPool& layer) {
  if (!pools_side_by_side(layer)) return nullptr;
  return std::make_unique<FusedMaxPool>(layer);
}

std::unique_ptr<Stage> make_fused_upsample(const Upsample& layer) {
  if (layer.options().interpolation != "nearest") return nullptr;
  return std::make_unique<FusedUpsample>(layer);
}

}  // namespace belamy
