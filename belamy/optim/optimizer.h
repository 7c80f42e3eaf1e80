// Optimisers with Keras's conventions: epsilon outside the square root, `decay` lowering the
// learning rate as 1 / (1 + decay * iterations), Adam's bias correction folded into the rate.
#pragma once

#include <ATen/core/Tensor.h>

#include <memory>
#include <string>
#include <variant>
#include <vector>

#include "belamy/core/options.h"
#include "belamy/nn/named_tensor.h"

namespace belamy {

/// Gradient descent with momentum; Nesterov's form looks ahead.
struct SgdOptions {
  static constexpr const char* kType = "sgd";
  double learning_rate = 0.01;
  double momentum = 0.0;
  bool nesterov = false;
  double decay = 0.0;
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
  void visit(OptionsVisitor& v);
};

using OptimizerOptions = std::variant<AdamOptions, SgdOptions, RmspropOptions>;

class Optimizer {
 public:
  virtual ~Optimizer() = default;
  Optimizer(const Optimizer&) = delete;
  Optimizer& operator=(const Optimizer&) = delete;

  /// One update in place. gradients: one a parameter, in the parameters' order and shapes.
  void step(const std::vector<at::Tensor>& gradients);

  /// Updates done so far.
  int64_t iterations() const { return iterations_; }

  /// Moments and velocities, "dense_1.weight.first_moment".
  std::vector<NamedTensor> state() const;
  /// Throws as copy_tensors.
  void load_state(const std::vector<NamedTensor>& tensors, int64_t iterations,
                  const std::string& source);

 protected:
  /// One zero tensor a parameter for each of `slots`.
  Optimizer(std::vector<NamedTensor> parameters, std::vector<std::string> slots);

  /// What one update of one parameter needs; `slots` in the order given to the constructor.
  struct Block {
    float* parameter;
    const float* gradient;
    size_t count;
    std::vector<float*> slots;
  };
  /// Called once a step, before the blocks; `iterations` counts from 0.
  virtual void prepare(int64_t iterations) = 0;
  virtual void update(const Block& block) = 0;

 private:
  std::vector<NamedTensor> parameters_;
  std::vector<std::string> slot_names_;
  std::vector<std::vector<at::Tensor>> slots_;  // [parameter][slot]
  int64_t iterations_ = 0;
};

/// An optimiser of these parameters (float32, contiguous), which it changes in place.
std::unique_ptr<Optimizer> make_optimizer(const OptimizerOptions& options,
                                          std::vector<NamedTensor> parameters);

}  // namespace belamy
