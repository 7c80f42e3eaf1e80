#include "belamy/optim/learner.h"

#include <ATen/ATen.h>
#include <torch/autograd.h>

#include <cmath>
#include <optional>

#include "belamy/core/error.h"
#include "belamy/core/profile.h"
#include "belamy/kernels/norm.h"

namespace belamy {
namespace {

std::vector<at::Tensor> tensors_of(const FlatTensors& flat) {
  std::vector<at::Tensor> tensors;
  for (const NamedTensor& view : flat.views()) tensors.push_back(view.tensor);
  return tensors;
}

}  // namespace

Learner::Learner(const Network& network, const OptimizerOptions& options, int64_t batches)
    : network_(network),
      optimizer_(make_optimizer(options, network.flat_parameters())),
      schedule_(std::visit([](const auto& held) { return held.schedule; }, options)),
      clip_norm_(std::visit([](const auto& held) { return held.global_clipnorm; }, options)),
      batches_(batches) {
  if (batches > 1) sum_ = network.flat_parameters().gradients.zeros_like();
}

void Learner::begin_round(int64_t round, int64_t rounds, bool measure) {
  optimizer_->set_rate_factor(learning_rate_factor(schedule_, round, rounds));
  measure_ = measure;
}

void Learner::descend(const at::Tensor& cost, Graph graph) {
  const ProfileScope whole(network_.name(), "backward");
  // Only an update that needs nothing but each gradient by itself can have them late.
  const bool is_simple = batches_ == 1 && !measure_ && clip_norm_ == 0;
  std::optional<GradientScope> scope;
  if (graph == Graph::kPlain) {
    using Late = GradientScope::Late;
    scope.emplace(network_.flat_parameters(), is_simple ? Late::kAllowed : Late::kNever);
  }
  Gradients gradients = gradients_of(cost, scope ? &*scope : nullptr);
  if (batches_ > 1) {
    if (!accumulate(gradients.tensors)) return;
    gradients.tensors = tensors_of(sum_);
  }
  update(std::move(gradients));
}

Learner::Gradients Learner::gradients_of(const at::Tensor& cost, GradientScope* scope) const {
  std::vector<at::Tensor> weight;  // of this batch among those of the update; 1 when there is none
  if (batches_ > 1) {
    weight.push_back(at::scalar_tensor(1.0 / static_cast<double>(batches_), cost.options()));
  }
  Gradients gradients{torch::autograd::grad({cost}, network_.parameter_tensors(), weight,
                                            /*retain_graph=*/c10::nullopt, /*create_graph=*/false,
                                            /*allow_unused=*/scope != nullptr),
                      {}};
  if (scope == nullptr) return gradients;
  scope->complete(gradients.tensors);
  gradients.late = scope->late_gradients();
  for (size_t i = 0; i < gradients.tensors.size(); ++i) {
    if (gradients.tensors[i].defined() || gradients.late[i]) continue;
    fail(ErrorKind::kUsage, "the cost of {} does not depend on its {}", network_.name(),
         network_.parameters()[i].name);
  }
  return gradients;
}

bool Learner::accumulate(const std::vector<at::Tensor>& gradients) {
  const at::NoGradGuard no_grad;
  for (size_t i = 0; i < gradients.size(); ++i) {
    at::Tensor sum = sum_.views()[i].tensor;
    pending_ == 0 ? sum.copy_(gradients[i]) : sum.add_(gradients[i]);
  }
  pending_ = (pending_ + 1) % batches_;
  return pending_ == 0;
}

void Learner::measure_and_clip(const std::vector<at::Tensor>& gradients) {
  const at::NoGradGuard no_grad;
  const FlatTensors& flat = network_.flat_parameters().gradients;
  for (size_t i = 0; i < gradients.size(); ++i) {
    const at::Tensor& place = flat.views()[i].tensor;
    if (gradients[i].data_ptr() != place.data_ptr()) place.copy_(gradients[i]);
  }
  gradient_norm_ = std::sqrt(kernels::sum_of_squares(flat.data(), flat.count()));
  if (clip_norm_ > 0 && gradient_norm_ > clip_norm_) {
    kernels::scale(flat.data(), flat.count(), static_cast<float>(clip_norm_ / gradient_norm_));
  }
}

void Learner::update(Gradients gradients) {
  static const std::string kUpdate = "optimizer";
  const ProfileScope scope(kUpdate, "update");
  if (measure_ || clip_norm_ > 0) {
    measure_and_clip(gradients.tensors);
    gradients.tensors = tensors_of(network_.flat_parameters().gradients);
  }
  optimizer_->step(gradients.tensors, gradients.late);
}

}  // namespace belamy
