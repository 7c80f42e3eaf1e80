#include "belamy/optim/optimizer.h"

#include <torch/torch.h>

#include <cmath>

#include "tests/support/errors.h"

namespace belamy {
namespace {

using testing::error_of;
using testing::expect_error;

// Follows one number through updates with gradients 1, -2, 0.5, 3.
std::vector<double> path(const OptimizerOptions& options) {
  at::Tensor parameter = at::full({1}, 1.f);
  const auto optimizer = make_optimizer(options, {{"p", parameter}});
  std::vector<double> values;
  for (const float gradient : {1.f, -2.f, 0.5f, 3.f}) {
    optimizer->step({at::full({1}, gradient)});
    values.push_back(parameter.item<double>());
  }
  return values;
}

void expect_path(const OptimizerOptions& options, const std::vector<double>& expected) {
  const std::vector<double> values = path(options);
  for (size_t i = 0; i < expected.size(); ++i) EXPECT_NEAR(values[i], expected[i], 1e-6) << i;
}

TEST(Optimizer, sgd_steps_down_the_gradient) {
  expect_path(SgdOptions{.learning_rate = 0.1}, {0.9, 1.1, 1.05, 0.75});
}

TEST(Optimizer, sgd_with_momentum_carries_its_velocity) {
  // v: -.1, .11, .049, -.2559
  expect_path(SgdOptions{.learning_rate = 0.1, .momentum = 0.9}, {0.9, 1.01, 1.059, 0.8031});
}

TEST(Optimizer, nesterov_looks_ahead_by_the_velocity) {
  // p += .9 v - .1 g with the same velocities.
  expect_path(SgdOptions{.learning_rate = 0.1, .momentum = 0.9, .nesterov = true},
              {1 - 0.19, 1.109, 1.1031, 0.57279});
}

TEST(Optimizer, decay_lowers_the_rate_as_keras) {
  expect_path(SgdOptions{.learning_rate = 0.1, .decay = 1.0},
              {1 - 0.1, 0.9 + 0.1, 1.0 - 0.5 / 30, 1.0 - 0.5 / 30 - 3.0 / 40});
}

TEST(Optimizer, adam_follows_its_formula) {
  const AdamOptions options{.learning_rate = 0.1, .beta1 = 0.5, .beta2 = 0.999};
  std::vector<double> expected;
  double p = 1, m = 0, v = 0;
  int t = 0;
  for (const double g : {1.0, -2.0, 0.5, 3.0}) {
    ++t;
    m = 0.5 * m + 0.5 * g;
    v = 0.999 * v + 0.001 * g * g;
    const double rate = 0.1 * std::sqrt(1 - std::pow(0.999, t)) / (1 - std::pow(0.5, t));
    p -= rate * m / (std::sqrt(v) + 1e-7);
    expected.push_back(p);
  }
  expect_path(options, expected);
}

TEST(Optimizer, adam_agrees_with_libtorch_when_epsilon_does_not_matter) {
  at::Tensor ours = at::linspace(-1, 1, 1000), theirs = ours.clone().set_requires_grad(true);
  const auto optimizer = make_optimizer(
      AdamOptions{.learning_rate = 1e-2, .beta1 = 0.5, .epsilon = 1e-12}, {{"p", ours}});
  torch::optim::Adam reference({theirs},
                               torch::optim::AdamOptions(1e-2).betas({0.5, 0.999}).eps(1e-12));
  at::manual_seed(3);
  for (int i = 0; i < 20; ++i) {
    const at::Tensor gradient = at::randn({1000});
    optimizer->step({gradient});
    theirs.mutable_grad() = gradient;
    reference.step();
  }
  EXPECT_TRUE(at::allclose(ours, theirs.detach(), 1e-4, 1e-5));
}

TEST(Optimizer, rmsprop_follows_its_formula_with_and_without_momentum) {
  for (const double momentum : {0.0, 0.9}) {
    const RmspropOptions options{.learning_rate = 0.1, .rho = 0.9, .momentum = momentum};
    std::vector<double> expected;
    double p = 1, a = 0, velocity = 0;
    for (const double g : {1.0, -2.0, 0.5, 3.0}) {
      a = 0.9 * a + 0.1 * g * g;
      velocity = momentum * velocity + 0.1 * g / (std::sqrt(a) + 1e-7);
      p -= velocity;
      expected.push_back(p);
    }
    expect_path(options, expected);
  }
}

TEST(Optimizer, its_state_restores_the_path) {
  at::Tensor first = at::ones({5}), second = at::ones({5});
  const AdamOptions options{.learning_rate = 0.1};
  const auto a = make_optimizer(options, {{"p", first}});
  a->step({at::arange(5.f)});
  second.copy_(first);
  const auto b = make_optimizer(options, {{"p", second}});
  b->load_state(a->state(), a->iterations(), "file");
  a->step({at::arange(5.f)});
  b->step({at::arange(5.f)});
  EXPECT_TRUE(at::equal(first, second));
}

std::vector<OptimizerOptions> every_rule() {
  return {SgdOptions{.learning_rate = 0.1, .decay = 0.1},
          SgdOptions{.learning_rate = 0.1, .momentum = 0.9},
          SgdOptions{.learning_rate = 0.1, .momentum = 0.9, .nesterov = true},
          AdamOptions{.learning_rate = 0.01, .beta1 = 0.5},
          RmspropOptions{.learning_rate = 0.01},
          RmspropOptions{.learning_rate = 0.01, .momentum = 0.9}};
}

std::vector<NamedTensor> odd_parameters() {
  at::manual_seed(4);
  std::vector<NamedTensor> parameters;
  const std::vector<std::vector<int64_t>> shapes = {{1},   {7, 3},        {300, 131},
                                                    {131}, {5, 11, 5, 5}, {40000}};
  for (const std::vector<int64_t>& sizes : shapes) {
    parameters.push_back({std::to_string(parameters.size()), at::randn(sizes)});
  }
  return parameters;
}

std::vector<at::Tensor> gradients_of(const std::vector<NamedTensor>& parameters) {
  std::vector<at::Tensor> gradients;
  for (const NamedTensor& p : parameters) gradients.push_back(at::randn(p.tensor.sizes()));
  return gradients;
}

TEST(Optimizer, all_parameters_in_one_pass_get_the_bits_of_each_apart) {
  for (const OptimizerOptions& options : every_rule()) {
    const auto together = odd_parameters(), apart = odd_parameters();
    const auto one = make_optimizer(options, together);
    std::vector<std::unique_ptr<Optimizer>> many;
    for (const NamedTensor& parameter : apart) many.push_back(make_optimizer(options, {parameter}));
    for (int step = 0; step < 3; ++step) {
      const auto gradients = gradients_of(together);
      one->step(gradients);
      for (size_t i = 0; i < many.size(); ++i) many[i]->step({gradients[i]});
    }
    std::vector<NamedTensor> states;
    for (const auto& optimizer : many) {
      for (const NamedTensor& held : optimizer->state()) states.push_back(held);
    }
    const auto state = one->state();
    ASSERT_EQ(state.size(), states.size());
    for (size_t i = 0; i < states.size(); ++i) {
      EXPECT_EQ(state[i].name, states[i].name);
      EXPECT_TRUE(at::equal(state[i].tensor, states[i].tensor)) << state[i].name;
    }
    for (size_t i = 0; i < apart.size(); ++i) {
      EXPECT_TRUE(at::equal(together[i].tensor, apart[i].tensor)) << i;
    }
  }
}

TEST(Optimizer, gradients_end_in_their_places_whatever_their_memory_looks_like) {
  const FlatParameters parameters({{"a", at::zeros({2, 3})},
                                   {"b", at::zeros({4})},
                                   {"c", at::zeros({2})},
                                   {"d", at::zeros({3})}});
  const auto& places = parameters.gradients.views();
  places[2].tensor.fill_(3);
  const std::vector<at::Tensor> gradients = {at::arange(6.f).view({3, 2}).t(),
                                             at::ones({1}).expand({4}), places[2].tensor,
                                             at::full({3}, 5.f).to(at::kBFloat16)};
  make_optimizer(SgdOptions{.learning_rate = 1}, parameters)->step(gradients);
  for (size_t i = 0; i < gradients.size(); ++i) {
    EXPECT_TRUE(at::equal(places[i].tensor, gradients[i].to(at::kFloat))) << i;
    EXPECT_TRUE(at::equal(parameters.values.views()[i].tensor, -gradients[i].to(at::kFloat))) << i;
  }
}

TEST(Optimizer, an_update_moves_the_parameters_versions) {
  for (const OptimizerOptions& options : every_rule()) {
    const at::Tensor a = at::ones({3}), b = at::ones({2});
    const auto optimizer = make_optimizer(options, {{"a", a}, {"b", b}});
    const auto of_a = a._version(), of_b = b._version();
    optimizer->step({at::ones({3}), at::ones({2})});
    EXPECT_GT(a._version(), of_a);
    EXPECT_GT(b._version(), of_b);
  }
}

TEST(Optimizer, gaps_between_parameters_stay_zero_even_where_the_rule_divides_by_zero) {
  const FlatParameters parameters({{"a", at::ones({3})}, {"b", at::ones({2})}});
  make_optimizer(AdamOptions{.epsilon = 0}, parameters)->step({at::ones({3}), at::ones({2})});
  const float* values = parameters.values.data();
  for (const size_t gap : {3, 15, 18, 31}) EXPECT_EQ(values[gap], 0.0f) << gap;
  EXPECT_TRUE(std::isfinite(values[2]));
}

TEST(Optimizer, gradients_that_do_not_fit_are_refused_by_name_and_shape) {
  const auto optimizer = make_optimizer(SgdOptions{}, {{"p", at::ones({2, 3})}});
  expect_error(ErrorKind::kShape, {"p", "2×3", "3×2"}, [&] {
    optimizer->step({at::ones({3, 2})});
  });
  expect_error(ErrorKind::kShape, {"1", "2"}, [&] {
    optimizer->step({at::ones({2, 3}), at::ones({2, 3})});
  });
  EXPECT_EQ(optimizer->iterations(), 0);
}

TEST(Optimizer, a_state_of_another_rule_is_refused) {
  const auto adam = make_optimizer(AdamOptions{}, {{"p", at::ones({5})}});
  const auto rmsprop = make_optimizer(RmspropOptions{}, {{"p", at::ones({5})}});
  const std::string message =
      error_of(ErrorKind::kCheckpoint, [&] { rmsprop->load_state(adam->state(), 1, "file"); });
  EXPECT_NE(message.find("p.mean_square"), std::string::npos) << message;
}

}  // namespace
}  // namespace belamy
