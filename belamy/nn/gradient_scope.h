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

#include "belamy/kernels/late_gradient.h"
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

/// Whether the gradient of `parameter` may be computed by the optimiser's step instead of the
/// backward pass: the scope wants that, and this is the parameter's first use in the pass. To be
/// asked before gradient_destination(), and instead of it if the answer is yes.
bool gradient_may_be_late(const at::Tensor& parameter);

/// Leaves it for then; the stage returns an undefined tensor. `gradient` gives elements in the
/// order of the parameter's memory, and must work until the scope ends. It is called while the
/// parameter changes, or, when the gradient is wanted in its place after all, while it does not.
void leave_gradient(const at::Tensor& parameter, kernels::LateGradient gradient);

/// While it lives, gradients of these parameters have their place in the flat buffer. For one
/// backward pass; the innermost scope counts.
class GradientScope {
 public:
  /// What becomes of gradients that a stage could leave for the optimiser's step.
  enum class Late { kNever, kAllowed };

  explicit GradientScope(const FlatParameters& parameters, Late late = Late::kNever);
  ~GradientScope();
  GradientScope(const GradientScope&) = delete;
  GradientScope& operator=(const GradientScope&) = delete;

  /// What autograd found (undefined where it found nothing), in the parameters' order, with what
  /// stages have written and it does not know of. Undefined is left where the gradient is late.
  void complete(std::vector<at::Tensor>& gradients);

  /// In the parameters' order; empty functions where they are not late.
  const std::vector<kernels::LateGradient>& late_gradients() const { return late_; }

 private:
  friend GradientDestination gradient_destination(const at::Tensor& parameter);
  friend bool gradient_may_be_late(const at::Tensor& parameter);
  friend void leave_gradient(const at::Tensor& parameter, kernels::LateGradient gradient);

  static constexpr size_t kNone = static_cast<size_t>(-1);

  /// Of the innermost scope that counts now, which becomes `scope`; kNone if there is none.
  static size_t find(const at::Tensor& parameter, GradientScope*& scope);
  /// Computes a late gradient into its place.
  void compute(size_t i);

  const FlatParameters& parameters_;
  Late allowed_;
  std::vector<bool> written_;
  std::vector<bool> unreported_;  // written, and autograd was given nothing for it
  std::vector<kernels::LateGradient> late_;
  GradientScope* outer_;
};

}  // namespace belamy
