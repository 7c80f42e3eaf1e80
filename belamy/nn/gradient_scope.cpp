#include "belamy/nn/gradient_scope.h"

#include <ATen/ATen.h>
#include <ATen/core/grad_mode.h>

#include <algorithm>
#include <utility>

namespace belamy {
namespace {

thread_local GradientScope* innermost = nullptr;

}  // namespace

GradientScope::GradientScope(const FlatParameters& parameters, Late late)
    : parameters_(parameters),
      allowed_(late),
      written_(parameters.values.views().size()),
      unreported_(written_.size()),
      late_(written_.size()),
      outer_(innermost) {
  innermost = this;
}

GradientScope::~GradientScope() {
  innermost = outer_;
}

size_t GradientScope::find(const at::Tensor& parameter, GradientScope*& scope) {
  if (innermost == nullptr || at::GradMode::is_enabled()) return kNone;
  scope = innermost;
  const auto& values = scope->parameters_.values.views();
  // Not the tensor itself: what autograd saved, or a stage detached, is another one.
  const auto found = std::find_if(values.begin(), values.end(), [&](const NamedTensor& value) {
    return value.tensor.data_ptr() == parameter.data_ptr();
  });
  return found == values.end() ? kNone : static_cast<size_t>(found - values.begin());
}

void GradientScope::compute(size_t i) {
  float* const place = parameters_.gradients.views()[i].tensor.data_ptr<float>();
  std::exchange(late_[i], {})([place](size_t begin, size_t count, const float* gradient) {
    std::copy_n(gradient, count, place + begin);
  });
  unreported_[i] = true;
}

void GradientScope::complete(std::vector<at::Tensor>& gradients) {
  const at::NoGradGuard no_grad;
  for (size_t i = 0; i < gradients.size(); ++i) {
    if (late_[i] && gradients[i].defined()) compute(i);
    if (!unreported_[i]) continue;
    at::Tensor place = parameters_.gradients.views()[i].tensor;
    if (gradients[i].defined()) place.add_(gradients[i]);
    gradients[i] = place;
  }
}

GradientDestination gradient_destination(const at::Tensor& parameter) {
  GradientScope* scope = nullptr;
  const size_t i = GradientScope::find(parameter, scope);
  if (i == GradientScope::kNone) return {};
  if (scope->late_[i]) scope->compute(i);
  const bool accumulate = scope->written_[i];
  scope->written_[i] = true;
  return {scope->parameters_.gradients.views()[i].tensor, accumulate};
}

bool gradient_may_be_late(const at::Tensor& parameter) {
  GradientScope* scope = nullptr;
  const size_t i = GradientScope::find(parameter, scope);
  return i != GradientScope::kNone && scope->allowed_ == GradientScope::Late::kAllowed &&
         !scope->written_[i];
}

void leave_gradient(const at::Tensor& parameter, kernels::LateGradient gradient) {
  GradientScope* scope = nullptr;
  const size_t i = GradientScope::find(parameter, scope);
  TORCH_INTERNAL_ASSERT(i != GradientScope::kNone && !scope->written_[i]);
  scope->late_[i] = std::move(gradient);
  scope->written_[i] = true;
}

}  // namespace belamy
