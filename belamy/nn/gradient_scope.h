// Lets a compiled stage write a parameter's gradient where the optimiser wants it, instead of into
// a tensor that would be copied there.
//
//   // in the backward pass of a stage
//   const GradientDestination to = gradient_destination(weight);
//   if (!to.view.defined()) return new_tensor_with_gradient();
//   to.accumulate ? add_gradient(to.view) : write_gradient(to.view);
//   return to.accumulate ? at::Tensor() : to.view;
#pragma once

#include <ATen/core/Tensor.h>

#include <vector>

#include "belamy/nn/flat_tensors.h"

namespace belamy {

struct GradientDestination {
  /// Float32 of the parameter's shape and order in memory (flat_tensors.h), 64-byte aligned.
  /// Undefined: no one wants the gradient in a place of its own, so the stage makes a tensor.
  at::Tensor view;
  /// False: overwrite, and return the view as the gradient. True: the parameter has been used
  /// before in this pass (as when real and fake images are judged apart), so add to what is there
  /// and return an undefined tensor, which autograd takes for zero.
  bool accumulate = false;
};

/// To be asked once for each gradient of `parameter` that is about to be computed; autograd runs
/// CPU graphs in the thread that asks for gradients, and that is the thread whose scope counts.
/// Undefined outside a scope, for other tensors, and while autograd records (create_graph), since
/// what is written in place cannot be differentiated again. All uses of one parameter in a pass
/// must ask, or none.
GradientDestination gradient_destination(const at::Tensor& parameter);

/// While it lives, gradients of these parameters have their place in the flat buffer. For one
/// backward pass; the innermost scope counts.
class GradientScope {
 public:
  explicit GradientScope(const FlatParameters& parameters);
  ~GradientScope();
  GradientScope(const GradientScope&) = delete;
  GradientScope& operator=(const GradientScope&) = delete;

 private:
  friend GradientDestination gradient_destination(const at::Tensor& parameter);

  const FlatParameters& parameters_;
  std::vector<bool> written_;
  GradientScope* outer_;
};

}  // namespace belamy
