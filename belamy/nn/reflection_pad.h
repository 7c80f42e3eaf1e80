// Padding by mirrored pixels, as style transfer and image translation use it against seams.
#pragma once

#include <memory>

#include "belamy/core/options.h"
#include "belamy/nn/layer.h"
#include "belamy/nn/stage.h"

namespace belamy {

struct ReflectionPadOptions {
  static constexpr const char* kType = "reflection_pad";
  int64_t padding = 1;
  void visit(OptionsVisitor& v) {
    v.integer("padding", padding, {1, 1024}, "pixels added on each side, less than the side");
  }
};

/// PyTorch's ReflectionPad2d. [N, C, H, W] -> [N, C, H + 2 padding, W + 2 padding].
class ReflectionPad final : public Layer {
 public:
  explicit ReflectionPad(ReflectionPadOptions options) : options_(options) {}
  const char* keras_name() const override { return "ReflectionPadding2D"; }
  Shape output_shape(const Shape& input) const override;
  at::Tensor forward(const at::Tensor& x, const ForwardContext& context) const override;

  int64_t padding() const { return options_.padding; }

 private:
  ReflectionPadOptions options_;
};

/// In channels-last order, float32 or bf16 (belamy/kernels/reflection.h). The layer stays owned by
/// the caller.
std::unique_ptr<Stage> make_fused_reflection_pad(const ReflectionPad& layer);

}  // namespace belamy
