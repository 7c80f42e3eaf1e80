#include "belamy/optim/optimizer.h"

#include <ATen/ATen.h>

namespace belamy {

Optimizer::Optimizer(std::vector<NamedTensor> parameters, std::vector<std::string> slots)
    : parameters_(std::move(parameters)), slot_names_(std::move(slots)) {
  for (const NamedTensor& parameter : parameters_) {
    auto& own = slots_.emplace_back();
    for (size_t i = 0; i < slot_names_.size(); ++i) {
      own.push_back(at::zeros(parameter.tensor.sizes(), at::kFloat));
    }
  }
}

void Optimizer::step(const std::vector<at::Tensor>& gradients) {
  prepare(iterations_);
  for (size_t i = 0; i < parameters_.size(); ++i) {
    const at::Tensor gradient = gradients[i].to(at::kFloat).contiguous();
    Block block{parameters_[i].tensor.data_ptr<float>(),
                gradient.data_ptr<float>(),
                static_cast<size_t>(gradient.numel()),
                {}};
    for (const at::Tensor& slot : slots_[i]) block.slots.push_back(slot.data_ptr<float>());
    update(block);
  }
  ++iterations_;
}

std::vector<NamedTensor> Optimizer::state() const {
  std::vector<NamedTensor> state;
  for (size_t i = 0; i < parameters_.size(); ++i) {
    for (size_t k = 0; k < slot_names_.size(); ++k) {
      state.push_back({parameters_[i].name + "." + slot_names_[k], slots_[i][k]});
    }
  }
  return state;
}

void Optimizer::load_state(const std::vector<NamedTensor>& tensors, int64_t iterations,
                           const std::string& source) {
  copy_tensors(tensors, state(), source, "optimiser");
  iterations_ = iterations;
}

}  // namespace belamy
