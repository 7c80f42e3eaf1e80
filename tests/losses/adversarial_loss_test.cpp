#include "belamy/losses/adversarial_loss.h"

#include <ATen/ATen.h>
#include <gtest/gtest.h>
#include <torch/autograd.h>

#include <cmath>

namespace belamy {
namespace {

at::Tensor logits() {
  return at::tensor({-1.5, 0.3, 2.0}, at::kDouble);
}

// The costs by their definition, in probabilities.
double mean_log(const at::Tensor& probabilities) {
  return probabilities.log().mean().item<double>();
}

TEST(AdversarialLoss, terms_are_the_cross_entropies_of_the_paper) {
  const at::Tensor d = logits().sigmoid();
  EXPECT_NEAR(real_term(logits(), {}).item<double>(), -mean_log(d), 1e-12);
  EXPECT_NEAR(fake_term(logits()).item<double>(), -mean_log(1 - d), 1e-12);
}

TEST(AdversarialLoss, non_saturating_is_half_of_minus_log_d) {
  EXPECT_NEAR(generator_cost(logits(), {}).item<double>(), -0.5 * mean_log(logits().sigmoid()),
              1e-12);
}

TEST(AdversarialLoss, minimax_is_minus_the_discriminators_cost_without_its_constant) {
  AdversarialLossOptions options;
  options.name = "minimax";
  const double fake_half = 0.5 * fake_term(logits()).item<double>();  // C_D's share of the fakes
  EXPECT_NEAR(generator_cost(logits(), options).item<double>(), -fake_half, 1e-12);
}

TEST(AdversarialLoss, smoothing_mixes_the_labels) {
  AdversarialLossOptions options;
  options.label_smoothing = 0.1;
  const at::Tensor d = logits().sigmoid();
  EXPECT_NEAR(real_term(logits(), options).item<double>(),
              -0.9 * mean_log(d) - 0.1 * mean_log(1 - d), 1e-12);
}

TEST(AdversarialLoss, extreme_logits_stay_finite) {
  const at::Tensor extreme = at::tensor({-1000.f, 1000.f});
  EXPECT_NEAR(real_term(extreme, {}).item<double>(), 500, 1e-3);
  EXPECT_NEAR(fake_term(extreme).item<double>(), 500, 1e-3);
  EXPECT_TRUE(std::isfinite(generator_cost(extreme, {}).item<double>()));
}

TEST(AdversarialLoss, minimax_gradients_vanish_where_the_discriminator_is_sure) {
  const auto slope = [](const char* name, double logit) {
    AdversarialLossOptions options;
    options.name = name;
    const at::Tensor l = at::full({1}, logit, at::kDouble).set_requires_grad(true);
    return std::abs(torch::autograd::grad({generator_cost(l, options)}, {l})[0].item<double>());
  };
  EXPECT_LT(slope("minimax", -10), 1e-4);
  EXPECT_GT(slope("non_saturating", -10), 0.49);
}

TEST(AdversarialLoss, gradients_agree_with_finite_differences) {
  AdversarialLossOptions smoothed, minimax;
  smoothed.label_smoothing = 0.2;
  minimax.name = "minimax";
  const std::vector<std::function<at::Tensor(const at::Tensor&)>> costs = {
      [&](const at::Tensor& l) { return real_term(l, smoothed); },
      [&](const at::Tensor& l) { return fake_term(l); },
      [&](const at::Tensor& l) { return generator_cost(l, {}); },
      [&](const at::Tensor& l) { return generator_cost(l, minimax); }};
  constexpr double kStep = 1e-6;
  for (const auto& cost : costs) {
    const at::Tensor l = logits().set_requires_grad(true);
    const at::Tensor gradient = torch::autograd::grad({cost(l)}, {l})[0];
    for (int64_t i = 0; i < l.numel(); ++i) {
      at::Tensor up = logits(), down = logits();
      up[i] += kStep;
      down[i] -= kStep;
      const double slope = ((cost(up) - cost(down)) / (2 * kStep)).item<double>();
      EXPECT_NEAR(gradient[i].item<double>(), slope, 1e-8);
    }
  }
}

TEST(AdversarialLoss, least_squares_are_distances_from_the_labels) {
  AdversarialLossOptions options;
  options.name = "least_squares";
  options.generator_scale = 1;
  const auto squares = [](double label) {
    return ((-1.5 - label) * (-1.5 - label) + (0.3 - label) * (0.3 - label) +
            (2.0 - label) * (2.0 - label)) /
           3;
  };
  EXPECT_NEAR(real_term(logits(), options).item<double>(), squares(1), 1e-12);
  EXPECT_NEAR(fake_term(logits(), options).item<double>(), squares(0), 1e-12);
  EXPECT_NEAR(generator_cost(logits(), options).item<double>(), squares(1), 1e-12);
  options.label_smoothing = 0.1;
  EXPECT_NEAR(real_term(logits(), options).item<double>(), squares(0.9), 1e-12);
  EXPECT_EQ(decision_threshold(options), 0.5);
}

AdversarialLossOptions named(const char* name, bool relativistic = false) {
  AdversarialLossOptions options;
  options.name = name;
  options.relativistic = relativistic;
  return options;
}

TEST(AdversarialLoss, hinge_pays_for_what_is_not_beyond_one) {
  // logits -1.5, 0.3, 2: real pays 2.5, 0.7 and 0, made ones 0, 1.3 and 3.
  EXPECT_NEAR(real_term(logits(), named("hinge")).item<double>(), 3.2 / 3, 1e-12);
  EXPECT_NEAR(fake_term(logits(), named("hinge")).item<double>(), 4.3 / 3, 1e-12);
  EXPECT_NEAR(generator_cost(logits(), named("hinge")).item<double>(), -0.5 * 0.8 / 3, 1e-12);
}

TEST(AdversarialLoss, wasserstein_is_the_difference_of_the_means) {
  const at::Tensor fake = logits() + 1;
  EXPECT_NEAR(discriminator_terms(logits(), fake, named("wasserstein")).item<double>(), 1, 1e-12);
  EXPECT_NEAR(generator_cost(fake, named("wasserstein")).item<double>(), -0.5 * 3.8 / 3, 1e-12);
}

TEST(AdversarialLoss, relativistic_costs_are_of_the_pairs_differences) {
  const AdversarialLossOptions options = named("non_saturating", true);
  const at::Tensor fake = at::tensor({0.5, 0.5, -1.0}, at::kDouble), d = logits() - fake;
  EXPECT_NEAR(discriminator_terms(logits(), fake, options).item<double>(),
              ((-d).exp() + 1).log().mean().item<double>(), 1e-12);
  EXPECT_NEAR(generator_cost(fake, options, logits()).item<double>(),
              0.5 * (d.exp() + 1).log().mean().item<double>(), 1e-12);
}

}  // namespace
}  // namespace belamy
