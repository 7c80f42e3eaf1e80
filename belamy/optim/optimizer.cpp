#include "belamy/optim/optimizer.h"

#include <ATen/ATen.h>
#include <ATen/core/grad_mode.h>

#include "belamy/core/error.h"
#include "belamy/nn/shape.h"

namespace belamy {

Optimizer::Optimizer(FlatParameters parameters, const std::vector<std::string>& slots)
    : parameters_(std::move(parameters)) {
  for (const std::string& slot : slots) {
    slots_.push_back(parameters_.values.zeros_like("." + slot));
  }
}

void Optimizer::step(const std::vector<at::Tensor>& gradients,
                     const std::vector<kernels::LateGradient>& late) {
  const size_t count = parameters_.values.views().size();
  if (gradients.size() != count) {
    fail(ErrorKind::kShape, "{} parameters need as many gradients, got {}", count,
         gradients.size());
  }
  std::vector<kernels::GradientPiece> pieces;
  std::vector<kernels::LatePiece> late_pieces;
  for (size_t i = 0; i < count; ++i) {
    if (i < late.size() && late[i]) {
      late_pieces.push_back({parameters_.values.offset(i), late[i]});
    } else {
      pieces.push_back(piece(i, gradients[i]));
    }
  }
  Arrays arrays{parameters_.values.data(), {parameters_.gradients.data(), pieces, late_pieces}, {}};
  for (const FlatTensors& slot : slots_) arrays.slots.push_back(slot.data());
  // First, since late gradients make something of the new values at once.
  parameters_.values.mark_changed();
  update(arrays, iterations_);
  ++iterations_;
}

kernels::GradientPiece Optimizer::piece(size_t i, const at::Tensor& gradient) const {
  const NamedTensor& place = parameters_.gradients.views()[i];
  if (gradient.sizes() != place.tensor.sizes()) {
    fail(ErrorKind::kShape, "the gradient of {} must have its shape, {}, got {}", place.name,
         shape_text(place.tensor.sizes().vec()), shape_text(gradient.sizes().vec()));
  }
  const auto numel = static_cast<size_t>(gradient.numel());
  const bool as_it_is = gradient.scalar_type() == at::kFloat && gradient.is_contiguous();
  if (!as_it_is) {
    const at::NoGradGuard no_grad;
    place.tensor.copy_(gradient);
  }
  const at::Tensor& source = as_it_is ? gradient : place.tensor;
  return {parameters_.gradients.offset(i), numel, source.data_ptr<float>()};
}

std::vector<NamedTensor> Optimizer::state() const {
  std::vector<NamedTensor> state;
  for (size_t i = 0; i < parameters_.values.views().size(); ++i) {
    for (const FlatTensors& slot : slots_) state.push_back(slot.views()[i]);
  }
  return state;
}

void Optimizer::load_state(const std::vector<NamedTensor>& tensors, int64_t iterations,
                           const std::string& source) {
  copy_tensors(tensors, state(), source, "optimiser");
  iterations_ = iterations;
}

}  // namespace belamy
