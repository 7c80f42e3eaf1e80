// A step of a compiled network (compile.h).
#pragma once

#include <string>

#include "belamy/nn/layer.h"

namespace belamy {

/// x: [N, ...]. Gradients of any order.
class Stage {
 public:
  virtual ~Stage() = default;
  virtual at::Tensor forward(const at::Tensor& x, const ForwardContext& context) const = 0;

  /// What a profile calls it: its first layer, "generator.dense_1".
  const std::string& name() const { return name_; }
  void set_name(std::string name) { name_ = std::move(name); }

 private:
  std::string name_;
};

}  // namespace belamy
