// A network that learns: the gradients of its costs, accumulated over batches and clipped, and the
// optimiser that follows them at the rate its schedule says.
#pragma once

#include <memory>

#include "belamy/nn/gradient_scope.h"
#include "belamy/nn/network.h"
#include "belamy/optim/optimizer.h"

namespace belamy {

class Learner {
 public:
  /// Changes the network, which must outlive it, in place. `batches` costs make one update.
  Learner(const Network& network, const OptimizerOptions& options, int64_t batches = 1);

  /// To be called when a round of the game begins: the learning rate is that of round `round` (from
  /// 0) of `rounds`; `measure` whether gradient_norm() is wanted, which costs a pass.
  void begin_round(int64_t round, int64_t rounds, bool measure);

  /// How often a cost's graph was differentiated to build it. Gradients of one that holds others'
  /// (a gradient penalty) flow by several ways, which may not write into one place.
  enum class Graph { kPlain, kHoldsGradients };

  /// Descends the gradient of `cost`, the mean over a batch. Of each `batches` calls the last one
  /// makes an update, by the mean of the gradients: for networks without batch statistics that is
  /// the update of one batch as large as all of them.
  void descend(const at::Tensor& cost, Graph graph = Graph::kPlain);

  /// An update by the gradients of a cost that several networks share, in the parameters' order.
  /// Only where one batch makes an update.
  void descend_along(const std::vector<at::Tensor>& gradients) { update({gradients, {}}); }

  /// The Euclidean norm of the last update's gradient, all parameters together, before clipping. Of
  /// this round if measured or clipped.
  double gradient_norm() const { return gradient_norm_; }

  /// Updates done so far.
  int64_t updates() const { return optimizer_->iterations(); }

  /// The optimiser's; between updates there is nothing else to remember.
  std::vector<NamedTensor> state() const { return optimizer_->state(); }
  /// Throws as copy_tensors.
  void load_state(const std::vector<NamedTensor>& tensors, int64_t updates,
                  const std::string& source) {
    optimizer_->load_state(tensors, updates, source);
  }

 private:
  struct Gradients {
    std::vector<at::Tensor> tensors;
    std::vector<kernels::LateGradient> late;  // as Optimizer::step() takes them
  };
  /// `scope`: where stages write them, if they may.
  Gradients gradients_of(const at::Tensor& cost, GradientScope* scope) const;
  bool accumulate(const std::vector<at::Tensor>& gradients);
  void measure_and_clip(const std::vector<at::Tensor>& gradients);
  void update(Gradients gradients);

  const Network& network_;
  std::unique_ptr<Optimizer> optimizer_;
  ScheduleOptions schedule_;
  double clip_norm_;  // 0: none
  int64_t batches_;
  int64_t pending_ = 0;  // gradients in sum_
  FlatTensors sum_;      // empty when each batch makes an update
  bool measure_ = false;
  double gradient_norm_ = 0;
};

}  // namespace belamy
