// The update rules: Keras's bookkeeping around the kernels' fused passes.
#include <cmath>

#include "belamy/optim/optimizer.h"

namespace belamy {
namespace {

constexpr Range kRate{0, 1000};

double decayed(double learning_rate, double decay, int64_t iterations) {
  return learning_rate / (1.0 + decay * static_cast<double>(iterations));
}

template <class Options>
void visit_common(OptionsVisitor& v, Options& options) {
  v.number("decay", options.decay, {0, 1}, "learning rate / (1 + decay * updates)");
  v.number("global_clipnorm", options.global_clipnorm, {0, 1e12},
           "gradients longer than this, all parameters together, are shortened to it; 0: none");
  v.one_of("schedule", options.schedule, "how the learning rate changes over the training");
}

class Sgd final : public Optimizer {
 public:
  Sgd(SgdOptions options, FlatParameters parameters)
      : Optimizer(std::move(parameters), slots(options)), options_(options) {}

 private:
  static std::vector<std::string> slots(const SgdOptions& options) {
    if (options.momentum == 0) return {};
    return {"velocity"};
  }
  void update(const Arrays& arrays, int64_t iterations) override {
    const kernels::SgdStep step{
        static_cast<float>(rate_factor() *
                           decayed(options_.learning_rate, options_.decay, iterations)),
        static_cast<float>(options_.momentum), options_.nesterov};
    float* velocity = arrays.slots.empty() ? nullptr : arrays.slots[0];
    kernels::sgd_step(arrays.parameter, arrays.gradient, velocity, step);
  }

  SgdOptions options_;
};

class Adam final : public Optimizer {
 public:
  Adam(AdamOptions options, FlatParameters parameters)
      : Optimizer(std::move(parameters), {"first_moment", "second_moment"}), options_(options) {}

 private:
  void update(const Arrays& arrays, int64_t iterations) override {
    const auto t = static_cast<double>(iterations + 1);
    const double correction =
        std::sqrt(1 - std::pow(options_.beta2, t)) / (1 - std::pow(options_.beta1, t));
    const double rate =
        rate_factor() * decayed(options_.learning_rate, options_.decay, iterations) * correction;
    const kernels::AdamStep step{static_cast<float>(rate), static_cast<float>(options_.beta1),
                                 static_cast<float>(options_.beta2),
                                 static_cast<float>(options_.epsilon)};
    kernels::adam_step(arrays.parameter, arrays.gradient, arrays.slots[0], arrays.slots[1], step);
  }

  AdamOptions options_;
};

class Rmsprop final : public Optimizer {
 public:
  Rmsprop(RmspropOptions options, FlatParameters parameters)
      : Optimizer(std::move(parameters), slots(options)), options_(options) {}

 private:
  static std::vector<std::string> slots(const RmspropOptions& options) {
    if (options.momentum == 0) return {"mean_square"};
    return {"mean_square", "velocity"};
  }
  void update(const Arrays& arrays, int64_t iterations) override {
    const kernels::RmspropStep step{
        static_cast<float>(rate_factor() *
                           decayed(options_.learning_rate, options_.decay, iterations)),
        static_cast<float>(options_.rho), static_cast<float>(options_.momentum),
        static_cast<float>(options_.epsilon)};
    float* velocity = arrays.slots.size() > 1 ? arrays.slots[1] : nullptr;
    kernels::rmsprop_step(arrays.parameter, arrays.gradient, arrays.slots[0], velocity, step);
  }

  RmspropOptions options_;
};

struct Make {
  FlatParameters parameters;
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
  visit_common(v, *this);
}

void AdamOptions::visit(OptionsVisitor& v) {
  v.number("learning_rate", learning_rate, kRate, "step size");
  v.number("beta1", beta1, {0, 0.999999}, "decay of the mean of gradients");
  v.number("beta2", beta2, {0, 0.999999}, "decay of the mean of squared gradients");
  v.number("epsilon", epsilon, {0, 1}, "added to the root of the mean square");
  visit_common(v, *this);
}

void RmspropOptions::visit(OptionsVisitor& v) {
  v.number("learning_rate", learning_rate, kRate, "step size");
  v.number("rho", rho, {0, 0.999999}, "decay of the mean of squared gradients");
  v.number("momentum", momentum, {0, 1}, "share of the last update carried on");
  v.number("epsilon", epsilon, {0, 1}, "added to the root of the mean square");
  visit_common(v, *this);
}

std::unique_ptr<Optimizer> make_optimizer(const OptimizerOptions& options,
                                          FlatParameters parameters) {
  return std::visit(Make{std::move(parameters)}, options);
}

std::unique_ptr<Optimizer> make_optimizer(const OptimizerOptions& options,
                                          std::vector<NamedTensor> parameters) {
  return make_optimizer(options, FlatParameters(std::move(parameters)));
}

}  // namespace belamy
