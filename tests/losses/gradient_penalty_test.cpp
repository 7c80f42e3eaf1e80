#include "belamy/losses/gradient_penalty.h"

#include <ATen/ATen.h>
#include <gtest/gtest.h>
#include <torch/autograd.h>

#include <cmath>
#include <functional>

namespace belamy {
namespace {

// A critic of two layers in float64: logit = v · tanh(W x).
struct Critic {
  at::Tensor w, v;

  Critic() {
    at::manual_seed(3);
    w = at::randn({4, 3}, at::kDouble).set_requires_grad(true);
    v = at::randn({1, 4}, at::kDouble).set_requires_grad(true);
  }
  at::Tensor logits(const at::Tensor& x) const { return x.mm(w.t()).tanh().mm(v.t()); }
  // d logit / dx by hand: Wᵀ (v * (1 - tanh²)).
  at::Tensor slopes(const at::Tensor& x) const {
    const at::Tensor hidden = x.mm(w.t()).tanh();
    return ((1 - hidden.square()) * v).mm(w);
  }
};

at::Tensor points() {
  return at::tensor({0.3, -1.2, 0.5, 0.9, 0.1, -0.4, -0.7, 0.8, 1.1, 0.2, -0.6, 0.4}, at::kDouble)
      .view({4, 3});
}

using Penalty = std::function<at::Tensor(const at::Tensor& logits, const at::Tensor& inputs)>;

const std::vector<Penalty> kPenalties = {squared_slope, slope_off_one};

TEST(GradientPenalty, squared_slope_is_the_mean_of_the_slopes_worked_out_by_hand) {
  const Critic critic;
  const at::Tensor x = as_slope_input(points());
  const double expected = critic.slopes(x).square().sum(1).mean().item<double>();
  EXPECT_NEAR(squared_slope(critic.logits(x), x).item<double>(), expected, 1e-12);
}

TEST(GradientPenalty, slope_off_one_is_the_distance_of_the_slopes_length_from_one) {
  const Critic critic;
  const at::Tensor x = as_slope_input(points());
  const at::Tensor lengths = critic.slopes(x).square().sum(1).sqrt();
  EXPECT_NEAR(slope_off_one(critic.logits(x), x).item<double>(),
              (lengths - 1).square().mean().item<double>(), 1e-9);
}

TEST(GradientPenalty, a_packs_slope_is_that_of_all_its_samples) {
  const Critic critic;
  const at::Tensor x = as_slope_input(points());
  const at::Tensor single = critic.logits(x);
  const at::Tensor packed = single.view({2, 2}).sum(1, /*keepdim=*/true);  // two packs of two
  const double expected = critic.slopes(x).square().sum().item<double>() / 2;
  EXPECT_NEAR(squared_slope(packed, x).item<double>(), expected, 1e-12);
}

TEST(GradientPenalty, gradients_agree_with_finite_differences) {
  constexpr double kStep = 1e-6;
  for (const Penalty& penalty : kPenalties) {
    Critic critic;
    const auto value = [&] {
      const at::Tensor x = as_slope_input(points());
      return penalty(critic.logits(x), x);
    };
    const auto gradients = torch::autograd::grad({value()}, {critic.w, critic.v});
    for (const auto& [weight, gradient] :
         {std::pair{critic.w, gradients[0]}, std::pair{critic.v, gradients[1]}}) {
      at::Tensor flat = weight.detach().view(-1);  // shares the critic's memory
      for (int64_t i = 0; i < flat.numel(); ++i) {
        flat[i] += kStep;
        const double up = value().item<double>();
        flat[i] -= 2 * kStep;
        const double down = value().item<double>();
        flat[i] += kStep;
        EXPECT_NEAR(gradient.reshape(-1)[i].item<double>(), (up - down) / (2 * kStep), 1e-7);
      }
    }
  }
}

TEST(GradientPenalty, a_flat_critic_has_no_slope_and_finite_gradients) {
  const at::Tensor w = at::zeros({2}, at::kDouble).set_requires_grad(true);
  const at::Tensor x = as_slope_input(at::ones({3, 2}, at::kDouble));
  const at::Tensor penalty = slope_off_one(x.mv(w).unsqueeze(1), x);
  EXPECT_NEAR(penalty.item<double>(), 1, 1e-5);
  EXPECT_TRUE(at::isfinite(torch::autograd::grad({penalty}, {w})[0]).all().item<bool>());
}

TEST(GradientPenalty, points_between_lie_on_the_lines_and_packs_share_their_place) {
  RandomStream random(1, "test");
  const at::Tensor real = at::zeros({6, 2}), fake = at::tensor({1.f, 10.f}).expand({6, 2});
  const at::Tensor mixed = between(real, fake, /*pack=*/2, random);
  EXPECT_TRUE(mixed.requires_grad());
  EXPECT_TRUE(at::allclose(mixed.select(1, 1), 10 * mixed.select(1, 0)));
  const at::Tensor places = mixed.select(1, 0).detach().view({3, 2});
  EXPECT_TRUE(at::equal(places.select(1, 0), places.select(1, 1)));
  EXPECT_NE(places[0][0].item<float>(), places[1][0].item<float>());
  EXPECT_GE(places.min().item<float>(), 0);
  EXPECT_LT(places.max().item<float>(), 1);
}

}  // namespace
}  // namespace belamy
