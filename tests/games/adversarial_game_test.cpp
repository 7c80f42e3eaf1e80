#include "belamy/games/adversarial_game.h"

#include <ATen/ATen.h>

#include <cmath>

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
  setup.generator.layers = {dense(4, Tanh{}), BatchNormOptions{}, dense(2)};
  setup.discriminator.layers = {dense(4, Tanh{}), BatchNormOptions{}, dense(1, Sigmoid{})};
  setup.optimizer = SgdOptions{.learning_rate = 0.1};
  setup.sample_shape = {2};
  setup.batch_size = 8;
  setup.seed = 1;
  return setup;
}

at::Tensor real_batch(int64_t count = 8) {
  at::manual_seed(5);
  return at::randn({count, 2});
}

double scalar(const RoundReport& report, const std::string& name) {
  for (const auto& [key, value] : report.scalars) {
    if (key == name) return value;
  }
  ADD_FAILURE() << name;
  return NAN;
}

std::vector<at::Tensor> copy_of(const Network& network) {
  std::vector<at::Tensor> copies;
  for (const NamedTensor& held : network.state()) copies.push_back(held.tensor.detach().clone());
  return copies;
}

bool changed(const Network& network, const std::vector<at::Tensor>& before, size_t index) {
  return !at::equal(network.state()[index].tensor, before[index]);
}

// With one player's learning rate at zero the other's step is seen alone.
AdversarialSetup with_rates(double generator, double discriminator) {
  AdversarialSetup setup = small_setup();
  setup.generator.optimizer = SgdOptions{.learning_rate = generator};
  setup.discriminator.optimizer = SgdOptions{.learning_rate = discriminator};
  return setup;
}

constexpr size_t kWeight = 0, kRunningMean = 4;  // of {dense w, b, bn w, b, mean, var, dense w, b}

// A sample's products: G 3·4 + 4·2 = 20, of which the first layer 12; D 2·4 + 4·1 = 12, 8.
TEST(AdversarialGame, counts_the_arithmetic_of_a_round) {
  AdversarialSetup setup = small_setup();
  setup.game.fakes = "training";
  setup.game.generator_noise = "fresh";
  const double of_g = 20 + 20 + (20 - 12) + 20, of_d = 2 * (12 + 12 + (12 - 8)) + 12 + 12;
  EXPECT_EQ(AdversarialGame(setup).multiply_adds_per_round(), 8 * (of_g + of_d));
  setup.game.generator_noise = "shared";  // and the same weights: one pass makes both fakes
  EXPECT_EQ(AdversarialGame(setup).multiply_adds_per_round(), 8 * (of_g - 20 + of_d));
}

TEST(AdversarialGame, each_step_moves_only_its_own_network) {
  AdversarialGame game(with_rates(0.1, 0));
  const auto generator = copy_of(game.generator()), discriminator = copy_of(game.discriminator());
  game.play(real_batch(), false);
  EXPECT_TRUE(changed(game.generator(), generator, kWeight));
  EXPECT_FALSE(changed(game.discriminator(), discriminator, kWeight));
}

TEST(AdversarialGame, the_generator_step_leaves_the_discriminators_moving_statistics) {
  AdversarialSetup one = small_setup(), many = small_setup();
  one.generator.optimizer = many.generator.optimizer = SgdOptions{.learning_rate = 0};
  many.game.generator_steps = 5;
  AdversarialGame first(one), second(many);
  first.play(real_batch(), false);
  second.play(real_batch(), false);
  EXPECT_TRUE(at::equal(first.discriminator().state()[kRunningMean].tensor,
                        second.discriminator().state()[kRunningMean].tensor));
}

TEST(AdversarialGame, inference_fakes_leave_the_generators_statistics_to_its_own_step) {
  AdversarialSetup setup = small_setup();
  setup.game.fakes = "inference";
  AdversarialGame game(setup);
  const auto before = copy_of(game.generator());
  game.play(real_batch(), false);
  EXPECT_TRUE(changed(game.generator(), before, kRunningMean));  // moved by its training pass
}

TEST(AdversarialGame, one_and_two_batches_agree_without_batch_normalisation) {
  const auto weights_after = [](const char* batches) {
    AdversarialSetup setup = small_setup();
    setup.discriminator.layers = {dense(4, Tanh{}), dense(1, Sigmoid{})};
    setup.game.discriminator_batches = batches;
    AdversarialGame game(setup);
    game.play(real_batch(), false);
    return game.discriminator().state()[0].tensor.detach().clone();
  };
  EXPECT_TRUE(at::allclose(weights_after("one_batch"), weights_after("two_batches"), 1e-5, 1e-6));
  EXPECT_FALSE(
      at::allclose(weights_after("two_updates"), weights_after("two_batches"), 1e-5, 1e-6));
}

TEST(AdversarialGame, the_discriminator_step_descends_the_cost_of_the_paper) {
  // A discriminator of one weight: l = w·x. By hand: dC/dw = ½ mean((σ(l)-1) x) + ½ mean(σ(l) x').
  AdversarialSetup setup = small_setup();
  DenseOptions linear;
  linear.units = 1;
  linear.use_bias = false;
  setup.discriminator.layers = {linear};
  setup.generator.optimizer = SgdOptions{.learning_rate = 0};
  setup.game.fakes = "inference";
  AdversarialGame game(setup);
  const at::Tensor w = game.discriminator().state()[0].tensor.detach().clone();

  RandomStream latent(setup.seed, "latent");
  const at::Tensor fake = game.sample(8, latent);  // the same latent vectors the round draws
  const at::Tensor real = real_batch();
  const at::Tensor of_real = (((real.mm(w.t())).sigmoid() - 1) * real).mean(0);
  const at::Tensor of_fake = ((fake.mm(w.t())).sigmoid() * fake).mean(0);
  game.play(real, false);
  const at::Tensor expected = w - 0.1 * 0.5 * (of_real + of_fake);
  EXPECT_TRUE(at::allclose(game.discriminator().state()[0].tensor, expected, 1e-4, 1e-6));
}

TEST(AdversarialGame, several_discriminator_steps_take_a_batch_each) {
  AdversarialSetup setup = small_setup();
  setup.game.discriminator_steps = 3;
  AdversarialGame game(setup);
  EXPECT_EQ(game.batches_per_round(), 3);
  game.play(real_batch(24), false);
  EXPECT_NE(game.state().counters.find("\"discriminator_updates\":3"), std::string::npos)
      << game.state().counters;
}

TEST(AdversarialGame, two_updates_count_two) {
  AdversarialSetup setup = small_setup();
  setup.game.discriminator_batches = "two_updates";
  AdversarialGame game(setup);
  game.play(real_batch(), false);
  EXPECT_NE(game.state().counters.find("\"discriminator_updates\":2"), std::string::npos);
}

TEST(AdversarialGame, a_detailed_report_has_pixel_statistics) {
  AdversarialGame game(small_setup());
  const at::Tensor real = real_batch();
  const RoundReport report = game.play(real, true);
  EXPECT_NEAR(scalar(report, "real_mean"), real.mean().item<double>(), 1e-6);
  EXPECT_NEAR(scalar(report, "real_std"), real.std(false).item<double>(), 1e-6);
  EXPECT_GT(scalar(report, "fake_std"), 0);
}

TEST(AdversarialGame, a_restored_state_plays_on_bit_for_bit) {
  AdversarialSetup setup = small_setup();
  setup.discriminator.layers.insert(setup.discriminator.layers.begin() + 1, DropoutOptions{});
  AdversarialGame first(setup);
  first.play(real_batch(), false);
  GameState saved = first.state();
  for (auto& [file, tensors] : saved.files) {
    for (NamedTensor& held : tensors) held.tensor = held.tensor.detach().clone();
  }
  AdversarialGame second(setup);
  second.load_state(saved, "memory");
  for (int i = 0; i < 3; ++i) {
    EXPECT_EQ(first.play(real_batch(), false).line, second.play(real_batch(), false).line);
  }
  EXPECT_TRUE(at::equal(first.generator().state()[0].tensor, second.generator().state()[0].tensor));
}

TEST(AdversarialGame, uniform_latents_fill_minus_one_to_one) {
  AdversarialSetup setup = small_setup();
  setup.game.latent = "uniform";
  setup.game.latent_size = 2;
  DenseOptions identity;
  identity.units = 2;
  setup.generator.layers = {identity};
  AdversarialGame game(setup);
  game.generator().state()[0].tensor.copy_(at::eye(2));
  RandomStream random(1, "z");
  const at::Tensor z = game.sample(5000, random);
  EXPECT_LE(z.abs().max().item<double>(), 1);
  EXPECT_NEAR(z.std().item<double>(), 1 / std::sqrt(3.0), 0.01);
}

TEST(AdversarialGame, a_generator_of_another_shape_than_the_data_is_refused) {
  AdversarialSetup setup = small_setup();
  setup.sample_shape = {3};
  const std::string message = error_of(ErrorKind::kShape, [&] { check_players(setup); });
  EXPECT_NE(message.find("makes 2, the data are 3"), std::string::npos) << message;
}

TEST(AdversarialGame, a_discriminator_must_end_in_one_logit) {
  AdversarialSetup wide = small_setup(), squashed = small_setup();
  wide.discriminator.layers.back() = dense(2, Sigmoid{});
  squashed.discriminator.layers.back() = dense(1, Tanh{});
  EXPECT_NE(error_of(ErrorKind::kShape, [&] { check_players(wide); }).find("one number"),
            std::string::npos);
  EXPECT_NE(error_of(ErrorKind::kShape, [&] { check_players(squashed); }).find("sigmoid"),
            std::string::npos);
}

TEST(AdversarialGame, a_weight_that_is_not_finite_is_noticed) {
  AdversarialGame game(small_setup());
  EXPECT_TRUE(game.is_finite());
  game.discriminator().state()[0].tensor.view(-1)[2] = NAN;
  EXPECT_FALSE(game.is_finite());
}

// Without batch normalisation, whose statistics are a batch's own.
AdversarialSetup plain_setup(const std::string& batches) {
  AdversarialSetup setup = small_setup();
  setup.game.latent_size = 4;
  setup.game.discriminator_batches = batches;
  setup.generator.layers = {dense(4, Tanh{}), dense(2)};
  setup.discriminator.layers = {dense(4, Tanh{}), dense(1, Sigmoid{})};
  return setup;
}

// A dropout that drops nothing computes what its absence does, but the game cannot know that.
TEST(AdversarialGame,
     fakes_are_made_once_where_the_mode_changes_nothing_and_train_as_if_made_twice) {
  AdversarialSetup once = plain_setup("one_batch");
  once.game.fakes = "inference";
  once.game.generator_noise = "shared";
  AdversarialSetup twice = once;
  twice.generator.layers.insert(twice.generator.layers.begin() + 1, DropoutOptions{.rate = 1e-12});
  AdversarialGame one(once), two(twice);
  for (int round = 0; round < 3; ++round) {
    EXPECT_EQ(one.play(real_batch(), false).line, two.play(real_batch(), false).line);
  }
  for (size_t n = 0; n < one.networks().size(); ++n) {
    const auto &left = one.networks()[n]->state(), &right = two.networks()[n]->state();
    for (size_t i = 0; i < left.size(); ++i) {
      EXPECT_TRUE(at::allclose(left[i].tensor, right[i].tensor, 0, 1e-6)) << left[i].name;
    }
  }
}

TEST(AdversarialGame, accumulated_batches_play_the_round_of_one_batch_as_large) {
  for (const char* batches : {"one_batch", "two_batches", "two_updates"}) {
    SCOPED_TRACE(batches);
    AdversarialSetup large = plain_setup(batches), parts = plain_setup(batches);
    large.batch_size = 32;
    parts.batch_size = 8;
    parts.accumulate = 4;
    parts.game.generator_noise = large.game.generator_noise = "shared";
    AdversarialGame one(large), many(parts);
    EXPECT_EQ(many.batches_per_round(), 4);
    for (int round = 0; round < 3; ++round) {
      const RoundReport a = one.play(real_batch(32), true), b = many.play(real_batch(32), true);
      for (const auto& [name, value] : a.scalars) {
        EXPECT_NEAR(scalar(b, name), value, 1e-5) << name;
      }
    }
    for (size_t n = 0; n < one.networks().size(); ++n) {
      const auto &left = one.networks()[n]->state(), &right = many.networks()[n]->state();
      for (size_t i = 0; i < left.size(); ++i) {
        EXPECT_TRUE(at::allclose(left[i].tensor, right[i].tensor, 0, 1e-5)) << left[i].name;
      }
    }
  }
}

TEST(AdversarialGame, a_detailed_report_has_both_gradients_norms_and_costs_no_bit) {
  AdversarialGame detailed(small_setup()), plain(small_setup());
  const RoundReport report = detailed.play(real_batch(), true);
  plain.play(real_batch(), false);
  EXPECT_GT(scalar(report, "generator_gradient_norm"), 0);
  EXPECT_GT(scalar(report, "discriminator_gradient_norm"), 0);
  for (size_t i = 0; i < plain.generator().state().size(); ++i) {
    EXPECT_TRUE(
        at::equal(plain.generator().state()[i].tensor, detailed.generator().state()[i].tensor));
  }
}

TEST(AdversarialGame, learning_rates_follow_the_rounds_that_are_told) {
  AdversarialSetup setup = small_setup();
  SgdOptions options{.learning_rate = 0.1};
  options.schedule = LinearSchedule{};
  setup.optimizer = options;
  AdversarialGame game(setup);
  game.start(100, 100);  // at the end nothing is left of the rate
  const auto before = copy_of(game.generator());
  game.play(real_batch(), false);
  EXPECT_FALSE(changed(game.generator(), before, kWeight));
  game.start(10, 100);
  game.play(real_batch(), false);
  EXPECT_TRUE(changed(game.generator(), before, kWeight));
}

TEST(AdversarialGame, samples_come_from_the_averaged_generator) {
  AdversarialSetup with = small_setup(), without = small_setup();
  with.average.decay = 0.9;
  AdversarialGame averaged(with), plain(without);
  for (int round = 0; round < 20; ++round) {
    averaged.play(real_batch(), false);
    plain.play(real_batch(), false);
  }
  // The same training; other samples.
  EXPECT_TRUE(at::equal(averaged.generator().state()[kWeight].tensor,
                        plain.generator().state()[kWeight].tensor));
  RandomStream one(1, "sample"), two(1, "sample"), three(1, "sample"), four(1, "sample");
  const at::Tensor drawn = averaged.sample(16, one);
  EXPECT_FALSE(at::allclose(drawn, plain.sample(16, two)));

  // The state's average, loaded as the generator's weights, samples the same; nothing drifts.
  GameState state = averaged.state();
  GameState chosen;
  chosen.files["generator"] = state.files.at("generator_average");
  for (const AdversarialSetup& setup : {with, without}) {
    AdversarialGame sampler(setup);
    sampler.load_sampler(chosen, "memory");
    RandomStream random(1, "sample");
    EXPECT_TRUE(at::equal(sampler.sample(16, random), drawn));
  }
  AdversarialGame resumed(with);
  resumed.load_state(state, "memory");
  EXPECT_TRUE(at::equal(resumed.sample(16, three), drawn));

  // A state without an average starts one.
  state.files.erase("generator_average");
  resumed.load_state(state, "memory");
  RandomStream five(1, "sample");
  EXPECT_TRUE(at::equal(resumed.sample(16, four), plain.sample(16, five)));
}

}  // namespace
}  // namespace belamy
