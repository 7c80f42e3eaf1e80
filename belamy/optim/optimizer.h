// Optimisers with Keras's conventions: epsilon outside the square root, `decay` lowering the
// learning rate as 1 / (1 + decay * iterations), Adam's bias correction folded into the rate.
#pragma once

#include <ATen/core/Tensor.h>

#include <memory>
#include <string>
#include <variant>
#include <vector>

#include "belamy/core/options.h"
#include "belamy/kernels/optimizer_steps.h"
#include "belamy/nn/flat_tensors.h"
#include "belamy/optim/schedule.h"

namespace belamy {

// `schedule` and `global_clipnorm` are a Learner's business (learner.h).

/// Gradient descent with momentum; Nesterov's form looks ahead.
struct SgdOptions {
  static constexpr const char* kType = "sgd";
  double learning_rate = 0.01;
  double momentum = 0.0;
  bool nesterov = false;
  double decay = 0.0;
  double global_clipnorm = 0.0;
  ScheduleOptions schedule = {};
  void visit(OptionsVisitor& v);
};

/// Kingma and Ba 2015. beta1 is .5 in most GANs (Radford et al. 2016).
struct AdamOptions {
  static constexpr const char* kType = "adam";
  double learning_rate = 0.001;
  double beta1 = 0.9;
  double beta2 = 0.999;
  double epsilon = 1e-7;
  double decay = 0.0;
  double global_clipnorm = 0.0;
  ScheduleOptions schedule = {};
  void visit(OptionsVisitor& v);
};

/// Tieleman and Hinton 2012.
struct RmspropOptions {
  static constexpr const char* kType = "rmsprop";
  double learning_rate = 0.001;
  double rho = 0.9;
  double momentum = 0.0;
  double epsilon = 1e-7;
  double decay = 0.0;
  double global_clipnorm = 0.0;
  ScheduleOptions schedule = {};
  void visit(OptionsVisitor& v);
};

using OptimizerOptions = std::variant<AdamOptions, SgdOptions, RmspropOptions>;

class Optimizer {
 public:
  virtual ~Optimizer() = default;
  Optimizer(const Optimizer&) = delete;
  Optimizer& operator=(const Optimizer&) = delete;

  /// One update in place, in one pass over all parameters. gradients: one a parameter, in the
  /// parameters' order and shapes (kShape otherwise). They end up in the flat gradients; those that
  /// are its views already cost no copy. The parameters' version counters move on.
  void step(const std::vector<at::Tensor>& gradients) { step(gradients, {}); }

  /// The same with gradients that are computed now (belamy/nn/gradient_scope.h), and end up
  /// nowhere. late: one a parameter; `gradients` has undefined tensors where there is one.
  void step(const std::vector<at::Tensor>& gradients,
            const std::vector<kernels::LateGradient>& late);

  /// What the learning rate of the coming updates is multiplied with.
  void set_rate_factor(double factor) { rate_factor_ = factor; }

  /// Updates done so far.
  int64_t iterations() const { return iterations_; }

  /// Moments and velocities, "dense_1.weight.first_moment".
  std::vector<NamedTensor> state() const;
  /// Throws as copy_tensors.
  void load_state(const std::vector<NamedTensor>& tensors, int64_t iterations,
                  const std::string& source);

 protected:
  /// Zeros in the parameters' layout for each of `slots`.
  Optimizer(FlatParameters parameters, const std::vector<std::string>& slots);

  /// What one update needs, all in one layout; `slots` in the order given to the constructor.
  struct Arrays {
    float* parameter;
    kernels::FlatGradient gradient;
    std::vector<float*> slots;
  };
  /// `iterations` counts from 0.
  virtual void update(const Arrays& arrays, int64_t iterations) = 0;

  double rate_factor() const { return rate_factor_; }

 private:
  /// Where the gradient of parameter i is, for the pass that copies it into its place.
  kernels::GradientPiece piece(size_t i, const at::Tensor& gradient) const;

  FlatParameters parameters_;
  std::vector<FlatTensors> slots_;
  int64_t iterations_ = 0;
  double rate_factor_ = 1;
};

/// An optimiser of these parameters, which it changes in place.
std::unique_ptr<Optimizer> make_optimizer(const OptimizerOptions& options,
                                          FlatParameters parameters);

/// The same for float32 tensors that are not in a flat buffer: they are moved into one
/// (FlatTensors). A network's are in one already; its optimiser takes Network::flat_parameters().
std::unique_ptr<Optimizer> make_optimizer(const OptimizerOptions& options,
                                          std::vector<NamedTensor> parameters);

}  // namespace belamy
