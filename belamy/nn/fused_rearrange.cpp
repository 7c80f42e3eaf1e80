#include "belamy/nn/fused_rearrange.h"

#include <ATen/ATen.h>
#include <torch/autograd.h>

#include "belamy/nn/fused.h"

namespace belamy {
namespace {

at::Tensor relaid(const at::Tensor& x, bool planar);

// The same images in another layout, and gradients in the one that the images came from.
class LayoutFunction : public torch::autograd::Function<LayoutFunction> {
 public:
  static at::Tensor forward(torch::autograd::AutogradContext* context, const at::Tensor& x,
                            bool planar) {
    context->saved_data["planar"] = planar;
    return planar ? planar_layout(x) : dense_layout(x, x.scalar_type());
  }
  static torch::autograd::variable_list backward(torch::autograd::AutogradContext* context,
                                                 torch::autograd::variable_list gradients) {
    return {relaid(gradients[0], !context->saved_data["planar"].toBool()), {}};
  }
};

at::Tensor relaid(const at::Tensor& x, bool planar) {
  const auto format = planar ? at::MemoryFormat::Contiguous : at::MemoryFormat::ChannelsLast;
  return x.is_contiguous(format) ? x : LayoutFunction::apply(x, planar);
}

class FusedFlatten final : public Stage {
 public:
  explicit FusedFlatten(const Flatten& layer) : layer_(layer) {}
  at::Tensor forward(const at::Tensor& x, const ForwardContext& context) const override {
    return layer_.forward(x.dim() == 4 ? relaid(x, /*planar=*/true) : x, context);
  }

 private:
  const Flatten& layer_;
};

class FusedReshape final : public Stage {
 public:
  explicit FusedReshape(const Reshape& layer) : layer_(layer) {}
  at::Tensor forward(const at::Tensor& x, const ForwardContext& context) const override {
    const at::Tensor y = layer_.forward(x, context);
    return y.dim() == 4 && x.dim() == 2 ? relaid(y, /*planar=*/false) : y;
  }

 private:
  const Reshape& layer_;
};

}  // namespace

std::unique_ptr<Stage> make_fused_flatten(const Flatten& layer) {
  return std::make_unique<FusedFlatten>(layer);
}

std::unique_ptr<Stage> make_fused_reshape(const Reshape& layer) {
  return std::make_unique<FusedReshape>(layer);
}

}  // namespace belamy
