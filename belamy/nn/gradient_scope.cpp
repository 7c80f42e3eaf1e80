#include "belamy/nn/gradient_scope.h"

#include <ATen/ATen.h>
#include <ATen/core/grad_mode.h>

namespace belamy {
namespace {

thread_local GradientScope* innermost = nullptr;

}  // namespace

GradientScope::GradientScope(const FlatParameters& parameters)
    : parameters_(parameters), written_(parameters.values.views().size()), outer_(innermost) {
  innermost = this;
}

GradientScope::~GradientScope() {
  innermost = outer_;
}

GradientDestination gradient_destination(const at::Tensor& parameter) {
  if (innermost == nullptr || at::GradMode::is_enabled()) return {};
  GradientScope& scope = *innermost;
  const auto& values = scope.parameters_.values.views();
  for (size_t i = 0; i < values.size(); ++i) {
    // Not the tensor itself: what autograd saved, or a stage detached, is another one.
    if (values[i].tensor.data_ptr() != parameter.data_ptr()) continue;
    const bool accumulate = scope.written_[i];
    scope.written_[i] = true;
    return {scope.parameters_.gradients.views()[i].tensor, accumulate};
  }
  return {};
}

}  // namespace belamy
