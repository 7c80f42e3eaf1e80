// The update rules: Keras's bookkeeping around the kernels' fused passes.
#include <cmath>

#include "belamy/kernels/optimizer_steps.h"
#include "belamy/optim/optimizer.h"

namespace belamy {
namespace {

constexpr Range kRate{0, 1000};

double decayed(double learning_rate, double decay, int64_t iterations) {
  return learning_rate / (1.0 + decay * static_cast<double>(iterations));
}

class Sgd final : public Optimizer {
 public:
  Sgd(SgdOptions options, std::vector<NamedTensor> parameters)
      : Optimizer(std::move(parameters), slots(options)), options_(options) {}

 private:
  static std::vector<std::string> slots(const SgdOptions& options) {
    if (options.momentum == 0) return {};
    return {"velocity"};
  }
  void prepare(int64_t iterations) override {
    step_ = {static_cast<float>(decayed(options_.learning_rate, options_.decay, iterations)),
             static_cast<float>(options_.momentum), options_.nesterov};
  }
  void update(const Block& block) override {
    float* velocity = block.slots.empty() ? nullptr : block.slots[0];
    kernels::sgd_step(block.parameter, block.gradient, velocity, block.count, step_);
  }

  SgdOptions options_;
  kernels::SgdStep step_{};
};

class Adam final : public Optimizer {
 public:
  Adam(AdamOptions options, std::vector<NamedTensor> parameters)
      : Optimizer(std::move(parameters), {"first_moment", "second_moment"}), options_(options) {}

 private:
  void prepare(int64_t iterations) override {
    const auto t = static_cast<double>(iterations + 1);
    const double correction =
        std::sqrt(1 - std::pow(options_.beta2, t)) / (1 - std::pow(options_.beta1, t));
    const double rate = decayed(options_.learning_rate, options_.decay, iterations) * correction;
    step_ = {static_cast<float>(rate), static_cast<float>(options_.beta1),
             static_cast<float>(options_.beta2), static_cast<float>(options_.epsilon)};
  }
  void update(const Block& block) override {
    kernels::adam_step(block.parameter, block.gradient, block.slots[0], block.slots[1], block.count,
                       step_);
  }

  AdamOptions options_;
  kernels::AdamStep step_{};
};

class Rmsprop final : public Optimizer {
 public:
  Rmsprop(RmspropOptions options, std::vector<NamedTensor> parameters)
      : Optimizer(std::move(parameters), slots(options)), options_(options) {}

 private:
  static std::vector<std::string> slots(const RmspropOptions& options) {
    if (options.momentum == 0) return {"mean_square"};
    return {"mean_square", "velocity"};
  }
  void prepare(int64_t iterations) override {
    step_ = {static_cast<float>(decayed(options_.learning_rate, options_.decay, iterations)),
             static_cast<float>(options_.rho), static_cast<float>(options_.momentum),
             static_cast<float>(options_.epsilon)};
  }
  void update(const Block& block) override {
    float* velocity = block.slots.size() > 1 ? block.slots[1] : nullptr;
    kernels::rmsprop_step(block.parameter, block.gradient, block.slots[0], velocity, block.count,
                          step_);
  }

  RmspropOptions options_;
  kernels::RmspropStep step_{};
};

struct Make {
  std::vector<NamedTensor> parameters;
  using Made = std::unique_ptr<Optimizer>;

  Made operator()(const SgdOptions& o) { return std::make_unique<Sgd>(o, std::move(parameters)); }
  Made operator()(const AdamOptions& o) { return std::make_unique<Adam>(o, std::move(parameters)); }
  Made operator()(const RmspropOptions& o) {
    return std::make_unique<Rmsprop>(o, std::move(parameters));
  }
};

}  // namespace

void SgdOptions::visit(OptionsVisitor& v) {
  v.number("learning_rate", learning_rate, kRate, "step size");
  v.number("momentum", momentum, {0, 1}, "share of the last update carried on");
  v.boolean("nesterov", nesterov, "Nesterov's momentum");
  v.number("decay", decay, {0, 1}, "learning rate / (1 + decay * updates)");
}

void AdamOptions::visit(OptionsVisitor& v) {
  v.number("learning_rate", learning_rate, kRate, "step size");
  v.number("beta1", beta1, {0, 0.999999}, "decay of the mean of gradients");
  v.number("beta2", beta2, {0, 0.999999}, "decay of the mean of squared gradients");
  v.number("epsilon", epsilon, {0, 1}, "added to the root of the mean square");
  v.number("decay", decay, {0, 1}, "learning rate / (1 + decay * updates)");
}

void RmspropOptions::visit(OptionsVisitor& v) {
  v.number("learning_rate", learning_rate, kRate, "step size");
  v.number("rho", rho, {0, 0.999999}, "decay of the mean of squared gradients");
  v.number("momentum", momentum, {0, 1}, "share of the last update carried on");
  v.number("epsilon", epsilon, {0, 1}, "added to the root of the mean square");
  v.number("decay", decay, {0, 1}, "learning rate / (1 + decay * updates)");
}

std::unique_ptr<Optimizer> make_optimizer(const OptimizerOptions& options,
                                          std::vector<NamedTensor> parameters) {
  return std::visit(Make{std::move(parameters)}, options);
}

}  // namespace belamy
