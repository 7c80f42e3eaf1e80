// What keeps an adversarial game from collapse: packing, penalties, relativistic pairs, noise,
// feature matching, unrolled steps.
#include <ATen/ATen.h>
#include <torch/autograd.h>

#include <cmath>

#include "belamy/games/adversarial_game.h"
#include "belamy/games/unrolled.h"
#include "belamy/losses/gradient_penalty.h"
#include "tests/support/errors.h"

namespace belamy {
namespace {

using testing::error_of;

LayerOptions dense(int64_t units, ActivationOptions activation = Linear{}) {
  DenseOptions options;
  options.units = units;
  options.activation = activation;
  return options;
}

AdversarialSetup small_setup() {
  AdversarialSetup setup;
  setup.game.latent_size = 3;
  setup.generator.layers = {dense(5, Tanh{}), dense(2)};
  setup.discriminator.layers = {dense(6, LeakyRelu{0.2}), dense(5, Tanh{}), dense(1)};
  setup.optimizer = SgdOptions{.learning_rate = 0.1};
  setup.sample_shape = {2};
  setup.batch_size = 8;
  setup.seed = 1;
  return setup;
}

at::Tensor real_batch(int64_t seed = 5) {
  at::manual_seed(static_cast<uint64_t>(seed));
  return at::randn({8, 2});
}

at::Tensor first_weight(const AdversarialGame& game) {
  return game.discriminator().state()[0].tensor.detach().clone();
}

void expect_refused(const AdversarialSetup& setup, const std::string& word) {
  const std::string message = error_of(ErrorKind::kRecipe, [&] { check_players(setup); });
  EXPECT_NE(message.find(word), std::string::npos) << message;
}

TEST(AdversarialOptions, packing_shows_the_discriminator_samples_side_by_side) {
  AdversarialSetup setup = small_setup();
  setup.game.packing = 4;
  AdversarialGame game(setup);
  EXPECT_EQ(game.discriminator().input_shape(), Shape{8});
  game.play(real_batch(), false);
  const auto sampler = game.latent_sampler(std::nullopt);
  const std::string message =
      error_of(ErrorKind::kUsage, [&] { sampler->discriminator_logits(real_batch()); });
  EXPECT_NE(message.find("game.packing"), std::string::npos) << message;
}

TEST(AdversarialOptions, packed_images_lie_one_after_another_along_the_channels) {
  AdversarialSetup setup = small_setup();
  setup.sample_shape = {3, 4, 5};
  setup.game.packing = 2;
  setup.discriminator.layers = {FlattenOptions{}, dense(1)};
  const NetworkGraph graph =
      discriminator_graph(setup.discriminator, packed_shape(setup), Condition::kNone, 0);
  const Network discriminator("discriminator", graph, 1);
  Judge judge(discriminator, setup);
  const at::Tensor images = at::randn({4, 3, 4, 5});
  const at::Tensor by_hand = at::cat(
      {at::cat({images[0], images[1]}).unsqueeze(0), at::cat({images[2], images[3]}).unsqueeze(0)});
  const at::Tensor logits = judge.judge({images, {}, {}}, {}).logits;
  EXPECT_TRUE(at::allclose(logits, discriminator.logits(by_hand, {}))) << logits;
}

TEST(AdversarialOptions, options_that_exclude_one_another_are_refused) {
  AdversarialSetup odd = small_setup(), told = small_setup(), halves = small_setup();
  odd.game.packing = 3;
  expect_refused(odd, "packing must divide");
  told.game.packing = 2;
  told.game.condition = "input";
  told.classes = 2;
  expect_refused(told, "condition");
  halves.game.discriminator_batches = "two_updates";
  for (auto* number : {&halves.penalty.r1, &halves.penalty.r2, &halves.penalty.gradient_penalty}) {
    *number = 1;
    expect_refused(halves, "two_updates");
    *number = 0;
  }
  halves.loss.relativistic = true;
  expect_refused(halves, "relativistic");
}

// One update of the discriminator by hand, on the plain layers and with all gradients in one go.
at::Tensor expected_weight(const AdversarialSetup& setup) {
  AdversarialGame untouched(setup);
  const Network& d = untouched.discriminator();
  RandomStream latent(setup.seed, "latent");
  const at::Tensor fake = as_slope_input(untouched.sample(8, latent)),
                   real = as_slope_input(real_batch());
  Network trained("discriminator",
                  discriminator_graph(setup.discriminator, setup.sample_shape, Condition::kNone, 0),
                  setup.seed);
  trained.load_state(d.state(), "copy");
  trained.set_trainable(true);
  const at::Tensor of_real = trained.plain_forward(real, {}),
                   of_fake = trained.plain_forward(fake, {});
  at::Tensor cost = discriminator_terms(of_real, of_fake, setup.loss);
  const auto slope = [](const at::Tensor& logits, const at::Tensor& at) {
    return torch::autograd::grad({logits.sum()}, {at}, {}, true, true)[0].square().sum() / 8;
  };
  cost = cost + setup.penalty.r1 / 2 * slope(of_real, real) +
         setup.penalty.r2 / 2 * slope(of_fake, fake);
  const auto gradients = torch::autograd::grad({cost / 2}, trained.parameter_tensors());
  return (trained.state()[0].tensor - 0.1 * gradients[0]).detach();
}

TEST(AdversarialOptions, a_step_with_penalties_descends_them_through_the_compiled_stages) {
  for (const bool relativistic : {false, true}) {
    AdversarialSetup setup = small_setup();
    setup.penalty.r1 = 3;
    setup.penalty.r2 = 2;
    setup.loss.relativistic = relativistic;
    setup.generator.optimizer = SgdOptions{.learning_rate = 0};
    AdversarialGame game(setup);
    game.play(real_batch(), false);
    EXPECT_TRUE(at::allclose(first_weight(game), expected_weight(setup), 1e-4, 1e-6));
  }
}

TEST(AdversarialOptions, lazy_penalties_count_for_the_updates_they_skip) {
  AdversarialSetup lazy = small_setup(), eager = small_setup(), none = small_setup();
  lazy.penalty.r1 = 1;
  lazy.penalty.every = 4;
  eager.penalty.r1 = 4;
  AdversarialGame a(lazy), b(eager), c(none);
  for (AdversarialGame* game : {&a, &b, &c}) game->play(real_batch(), false);
  EXPECT_TRUE(at::allclose(first_weight(a), first_weight(b)));
  EXPECT_FALSE(at::allclose(first_weight(a), first_weight(c)));
  // The second update has none: what it adds to the first is the plain game's step.
  const at::Tensor before = first_weight(a);
  c.load_state(a.state(), "memory");
  for (AdversarialGame* game : {&a, &c}) game->play(real_batch(), false);
  EXPECT_TRUE(at::equal(first_weight(a), first_weight(c)));
  EXPECT_FALSE(at::equal(first_weight(a), before));
}

TEST(AdversarialOptions, clipped_weights_stay_in_their_bounds) {
  AdversarialSetup setup = small_setup();
  setup.loss.name = "wasserstein";
  setup.penalty.clip_weights = 0.01;
  AdversarialGame game(setup);
  game.play(real_batch(), false);
  for (const NamedTensor& held : game.discriminator().parameters()) {
    EXPECT_LE(held.tensor.abs().max().item<float>(), 0.01f) << held.name;
  }
  EXPECT_GT(first_weight(game).abs().max().item<float>(), 0.009f);
}

TEST(AdversarialOptions, wgan_gp_pulls_a_linear_critics_slope_towards_one) {
  AdversarialSetup setup = small_setup();
  DenseOptions linear;
  linear.units = 1;
  linear.use_bias = false;
  setup.discriminator.layers = {linear};
  setup.loss.name = "wasserstein";
  setup.penalty.gradient_penalty = 1000;
  setup.discriminator.optimizer = SgdOptions{.learning_rate = 1e-4};
  setup.generator.optimizer = SgdOptions{.learning_rate = 0};
  AdversarialGame game(setup);
  const double before = std::abs(first_weight(game).norm().item<double>() - 1);
  for (int i = 0; i < 100; ++i) game.play(real_batch(i), false);
  EXPECT_LT(std::abs(first_weight(game).norm().item<double>() - 1), std::min(0.05, before));
}

TEST(AdversarialOptions, instance_noise_falls_to_nothing_at_the_end) {
  AdversarialSetup setup = small_setup();
  setup.discriminator.layers = {dense(1)};
  setup.game.instance_noise = 2;
  const Network discriminator(
      "discriminator",
      discriminator_graph(setup.discriminator, packed_shape(setup), Condition::kNone, 0), 1);
  Judge judge(discriminator, setup);
  const at::Tensor x = at::zeros({4000, 2});
  const auto deviation = [&](int64_t round) {
    judge.begin_round(round, 100);
    return judge.judge({x, {}, {}}, {}).logits.std().item<double>() /
           discriminator.state()[0].tensor.norm().item<double>();
  };
  EXPECT_NEAR(deviation(0), 2, 0.1);
  EXPECT_NEAR(deviation(50), 1, 0.05);
  EXPECT_EQ(deviation(100), 0);
}

TEST(AdversarialOptions, feature_matching_compares_the_means_before_the_last_layer) {
  AdversarialSetup setup = small_setup();
  setup.game.feature_matching = 2;
  setup.loss.generator_scale = 0;
  const Network d(
      "discriminator",
      discriminator_graph(setup.discriminator, packed_shape(setup), Condition::kNone, 0), 1);
  Judge judge(d, setup);
  const at::Tensor real = real_batch(1), fake = real_batch(2);
  const auto features = [&](const at::Tensor& x) {
    const std::vector<NamedTensor>& w = d.state();
    const at::Tensor hidden = at::leaky_relu(at::linear(x, w[0].tensor, w[1].tensor), 0.2);
    return at::linear(hidden, w[2].tensor, w[3].tensor).tanh();
  };
  const double expected =
      2 * (features(real).mean(0) - features(fake).mean(0)).square().sum().item<double>();
  const GeneratorCost cost = judged_cost(judge, setup, {real, {}, {}}, {fake, {}, {}}, {});
  EXPECT_NEAR(cost.whole.item<double>(), expected, 1e-5);
}

// A discriminator of one weight w with C_D = ½ w² m - w m, m the mean fake, and C_G = w m: one step
// leads to w' = w - r (w m - m), so C_G(w') = m (w - r m (w - 1)), whose slope is known.
TEST(AdversarialOptions, unrolled_costs_slope_goes_through_the_steps) {
  DenseOptions linear;
  linear.units = 1;
  linear.use_bias = false;
  Network d("discriminator", {linear}, {1}, 1);
  d.state()[0].tensor.fill_(3);
  const auto logit = [&](const at::Tensor& fake) { return d.logits(fake, {}).mean(); };
  Unrolling unrolling;
  unrolling.steps = 1;
  unrolling.rate = 0.1;
  unrolling.discriminator_cost = [&](const at::Tensor& fake) {
    const at::Tensor l = logit(fake);
    return 0.5 * l * l / fake.mean() - l;
  };
  unrolling.generator_cost = logit;
  const at::Tensor z = at::tensor({2.f, 4.f}).view({2, 1}).set_requires_grad(true);
  const at::Tensor cost = unrolled_cost(d, z, unrolling);
  const double w = 3, m = 3, r = 0.1;
  EXPECT_NEAR(cost.item<double>(), m * (w - r * m * (w - 1)), 1e-5);
  const double slope = (w - 2 * r * m * (w - 1)) / 2;  // of each of two fakes
  const at::Tensor gradient = torch::autograd::grad({cost}, {z})[0];
  EXPECT_NEAR(gradient[0].item<double>(), slope, 1e-5);
  EXPECT_NEAR(gradient[1].item<double>(), slope, 1e-5);
  EXPECT_EQ(d.state()[0].tensor.item<float>(), 3);
}

TEST(AdversarialOptions, unrolled_slopes_agree_with_finite_differences) {
  const AdversarialSetup setup = small_setup();
  Network d("discriminator", discriminator_graph(setup.discriminator, {2}, Condition::kNone, 0), 2);
  const at::Tensor real = real_batch(1);
  Unrolling unrolling;
  unrolling.steps = 3;
  unrolling.rate = 0.5;
  unrolling.discriminator_cost = [&](const at::Tensor& fake) {
    return discriminator_terms(d.logits(real, {}), d.logits(fake, {}), {}) / 2;
  };
  unrolling.generator_cost = [&](const at::Tensor& fake) {
    return generator_cost(d.logits(fake, {}), {});
  };
  const auto cost = [&](const at::Tensor& fake) { return unrolled_cost(d, fake, unrolling); };
  const at::Tensor fake = real_batch(2).set_requires_grad(true);
  const at::Tensor gradient = torch::autograd::grad({cost(fake)}, {fake})[0];
  constexpr float kStep = 1e-2f;
  for (const int64_t i : {0, 5, 11}) {
    at::Tensor up = fake.detach().clone(), down = up.clone();
    up.view(-1)[i] += kStep;
    down.view(-1)[i] -= kStep;
    const double slope = (cost(up) - cost(down)).item<double>() / (2 * kStep);
    EXPECT_NEAR(gradient.view(-1)[i].item<double>(), slope, 2e-4) << i;
  }
}

TEST(AdversarialOptions, all_of_them_together_play_on_bit_for_bit_from_a_restored_state) {
  AdversarialSetup setup = small_setup();
  setup.game.packing = 2;
  setup.game.instance_noise = 0.1;
  setup.game.feature_matching = 0.5;
  setup.game.unrolled_steps = 2;
  setup.loss.name = "hinge";
  setup.loss.relativistic = true;
  setup.penalty = {.r1 = 1, .r2 = 1, .gradient_penalty = 1, .every = 2, .clip_weights = 1};
  DenseOptions normalized;
  normalized.units = 6;
  normalized.spectral_norm = true;
  setup.discriminator.layers = {normalized, DropoutOptions{}, MinibatchStdOptions{},
                                MinibatchDiscriminationOptions{.units = 2, .kernel_size = 3},
                                dense(1)};
  AdversarialGame first(setup), second(setup);
  first.start(0, 10);
  second.start(1, 10);
  first.play(real_batch(), false);
  GameState saved = first.state();
  for (auto& [file, tensors] : saved.files) {
    for (NamedTensor& held : tensors) held.tensor = held.tensor.detach().clone();
  }
  second.load_state(saved, "memory");
  for (int i = 0; i < 4; ++i) {
    EXPECT_EQ(first.play(real_batch(), false).line, second.play(real_batch(), false).line);
  }
  EXPECT_TRUE(at::equal(first_weight(first), first_weight(second)));
}

}  // namespace
}  // namespace belamy
