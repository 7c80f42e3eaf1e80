// A step of a compiled network (compile.h).
#pragma once

#include "belamy/nn/layer.h"

namespace belamy {

/// x: [N, ...]. Gradients of any order.
class Stage {
 public:
  virtual ~Stage() = default;
  virtual at::Tensor forward(const at::Tensor& x, const ForwardContext& context) const = 0;
};

}  // namespace belamy
