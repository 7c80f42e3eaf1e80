#include "belamy/games/plain_latent_sampler.h"

#include <ATen/ATen.h>
#include <torch/autograd.h>

#include "belamy/core/rng.h"
#include "belamy/recipe/recipe.h"
#include "tests/support/errors.h"

namespace belamy {
namespace {

using testing::expect_error;

std::unique_ptr<Game> small_game(const std::string& latent) {
  return make_game(
      load_recipe("s3-scratch", {"game.latent=" + latent, "generator.layers.1.units=16",
                                 "discriminator.layers.2.units=16", "train.precision=fp32"}),
      {1, 28, 28});
}

TEST(LatentSampler, draws_the_latent_vectors_that_sampling_draws) {
  for (const char* latent : {"normal", "uniform"}) {
    const auto game = small_game(latent);
    const auto sampler = game->latent_sampler(std::nullopt);
    RandomStream a(3, "sample"), b(3, "sample");
    const at::Tensor z = sampler->draw_latent(20, a);
    EXPECT_EQ(z.sizes().vec(), (std::vector<int64_t>{20, 100}));
    EXPECT_TRUE(at::allclose(sampler->decode(z), game->sample(20, b), 1e-5, 1e-6));
  }
}

TEST(LatentSampler, gradients_reach_z_and_agree_with_differences) {
  const auto game = small_game("normal");
  const auto sampler = game->latent_sampler(std::nullopt);
  RandomStream random(1, "z");
  at::Tensor z = sampler->draw_latent(1, random);
  const auto cost = [&](const at::Tensor& at) { return sampler->decode(at).square().mean(); };
  const at::Tensor tracked = z.clone().set_requires_grad(true);
  const at::Tensor gradient = torch::autograd::grad({cost(tracked)}, {tracked}).front();
  // Along the gradient itself the difference quotient is its norm.
  const at::Tensor direction = gradient / gradient.norm();
  constexpr double kStep = 0.005;
  const double difference =
      (cost(z + kStep * direction) - cost(z - kStep * direction)).item<double>() / (2 * kStep);
  EXPECT_NEAR(difference, gradient.norm().item<double>(), 0.01 * difference);
  EXPECT_GT(difference, 0);
}

TEST(LatentSampler, the_first_layer_is_its_weight_without_bias) {
  const auto game = small_game("normal");
  const at::Tensor weight = game->networks().front()->state()[0].tensor;  // [16, 100]
  const at::Tensor made = game->latent_sampler(std::nullopt)->first_layer(at::eye(100, at::kFloat));
  EXPECT_TRUE(at::allclose(made, weight.t(), 1e-4, 1e-5));
}

TEST(LatentSampler, latent_vectors_of_another_size_are_refused) {
  const auto game = small_game("normal");
  expect_error(ErrorKind::kShape, {"[N, 100]", "3×99"}, [&] {
    game->latent_sampler(std::nullopt)->decode(at::zeros({3, 99}));
  });
}

TEST(LatentSampler, a_class_of_a_game_without_classes_is_refused_with_what_to_do) {
  const auto game = small_game("normal");
  expect_error(ErrorKind::kUsage, {"not conditional", "belamy latent mean RUN --class 7"},
               [&] { game->latent_sampler(7); });
}

TEST(LatentSampler, judges_as_the_discriminator_does) {
  const auto game = small_game("normal");
  const at::Tensor samples = at::linspace(0, 1, 2 * 784).view({2, 1, 28, 28});
  const at::Tensor logits = game->latent_sampler(std::nullopt)->discriminator_logits(samples);
  EXPECT_EQ(logits.sizes().vec(), std::vector<int64_t>{2});
  EXPECT_TRUE(at::allclose(at::sigmoid(logits),
                           game->networks().back()->plain_forward(samples, {}).flatten(), 1e-4,
                           1e-5));
}

}  // namespace
}  // namespace belamy
