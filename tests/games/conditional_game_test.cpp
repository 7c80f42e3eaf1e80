// The adversarial game with classes.
#include <ATen/ATen.h>

#include "belamy/data/dataset.h"
#include "belamy/games/adversarial_game.h"
#include "tests/support/errors.h"

namespace belamy {
namespace {

using testing::error_of;

DenseOptions dense(int64_t units, ActivationOptions activation = Linear{}) {
  DenseOptions options;
  options.units = units;
  options.activation = activation;
  return options;
}

constexpr int64_t kClasses = 3;

AdversarialSetup setup_with(const std::string& condition) {
  AdversarialSetup setup;
  setup.game.latent_size = 4;
  setup.game.condition = condition;
  setup.classes = kClasses;
  setup.generator.layers = {dense(32, Tanh{}), dense(2)};
  setup.discriminator.layers = {dense(32, LeakyRelu{}),
                                dense(condition == "auxiliary" ? 1 + kClasses : 1)};
  if (condition == "projection") setup.discriminator.layers.pop_back();
  setup.optimizer = AdamOptions{.learning_rate = 0.01, .beta1 = 0.5};
  setup.sample_shape = {2};
  setup.batch_size = 32;
  setup.seed = 1;
  return setup;
}

// Class c lies around (c, -c).
Batch batch(int64_t seed) {
  at::manual_seed(static_cast<uint64_t>(seed));
  const at::Tensor labels = at::randint(kClasses, {32}, at::kLong);
  const at::Tensor centre = labels.to(at::kFloat).unsqueeze(1) * at::tensor({2.f, -2.f});
  Batch given(centre + 0.1 * at::randn({32, 2}));
  given.labels = labels;
  return given;
}

class ConditionalGame : public ::testing::TestWithParam<const char*> {};

TEST_P(ConditionalGame, learns_where_each_class_lies) {
  AdversarialSetup setup = setup_with(GetParam());
  setup.average.decay = 0.99;  // the two circle around each other
  AdversarialGame game(setup);
  for (int i = 0; i < 700; ++i) game.play(batch(i), false);
  RandomStream random(1, "z");
  for (int64_t label = 0; label < kClasses; ++label) {
    const at::Tensor made = game.sample_classes(std::vector<int64_t>(200, label), random);
    const double x = made.select(1, 0).mean().item<double>();
    EXPECT_NEAR(x, 2.0 * static_cast<double>(label), 0.9) << label;
  }
}

TEST_P(ConditionalGame, a_restored_state_plays_on_bit_for_bit) {
  AdversarialGame first(setup_with(GetParam())), second(setup_with(GetParam()));
  first.play(batch(1), false);
  GameState saved = first.state();
  for (auto& [file, tensors] : saved.files) {
    for (NamedTensor& held : tensors) held.tensor = held.tensor.detach().clone();
  }
  second.load_state(saved, "memory");
  for (int i = 2; i < 5; ++i) {
    EXPECT_EQ(first.play(batch(i), false).line, second.play(batch(i), false).line);
  }
}

TEST_P(ConditionalGame, a_sheet_has_a_row_a_class_and_samples_come_in_turn) {
  const AdversarialGame game(setup_with(GetParam()));
  const PointSet points({0, 0}, {{0}, 1}, "a point");
  RandomStream one(1, "z"), two(1, "z");
  const SampleSheet sheet = game.sheet(12, one, points);
  EXPECT_EQ(sheet.columns, 4);
  EXPECT_TRUE(
      at::equal(sheet.samples, game.sample_classes({0, 0, 0, 0, 1, 1, 1, 1, 2, 2, 2, 2}, two)));
  RandomStream three(1, "z"), four(1, "z");
  EXPECT_TRUE(at::equal(game.sample(5, three), game.sample_classes({0, 1, 2, 0, 1}, four)));
}

TEST_P(ConditionalGame, refuses_a_class_out_of_range_and_data_without_classes) {
  const AdversarialGame game(setup_with(GetParam()));
  RandomStream random(1, "z");
  for (const int64_t label : {int64_t{-1}, kClasses}) {
    EXPECT_NE(error_of(ErrorKind::kUsage, [&] { game.sample_classes({label}, random); })
                  .find("must be 0..2"),
              std::string::npos);
  }
  AdversarialSetup bare = setup_with(GetParam());
  bare.classes = 0;
  EXPECT_NE(error_of(ErrorKind::kRecipe, [&] { check_players(bare); }).find("data with classes"),
            std::string::npos);
}

INSTANTIATE_TEST_SUITE_P(Conditions, ConditionalGame,
                         ::testing::Values("input", "auxiliary", "projection"),
                         [](const auto& with) { return std::string(with.param); });

TEST(ConditionalGame, all_ways_of_feeding_the_discriminator_work_with_every_condition) {
  for (const char* condition : {"input", "auxiliary", "projection"}) {
    for (const char* batches : {"one_batch", "two_batches", "two_updates"}) {
      AdversarialSetup setup = setup_with(condition);
      setup.game.discriminator_batches = batches;
      setup.game.discriminator_steps = 2;
      AdversarialGame game(setup);
      Batch both(at::cat({batch(1).samples, batch(2).samples}));
      both.labels = at::cat({batch(1).labels, batch(2).labels});
      game.play(both, true);
      EXPECT_TRUE(game.is_finite()) << condition << " " << batches;
    }
  }
}

TEST(ConditionalGame, without_a_condition_no_class_can_be_asked_for) {
  const AdversarialGame game(setup_with("none"));
  RandomStream random(1, "z");
  EXPECT_EQ(game.classes(), 0);
  EXPECT_NE(error_of(ErrorKind::kUsage, [&] { game.sample_classes({0}, random); })
                .find("knows no classes"),
            std::string::npos);
}

TEST(ConditionalGame, the_auxiliary_cost_is_the_cross_entropy_of_both_halves) {
  // With the generator and the weights of "real" at rest, D's step is the gradient of both terms:
  // a class weight of 0 must give the step of a game without the classes' part.
  AdversarialSetup with = setup_with("auxiliary"), without = setup_with("auxiliary");
  with.optimizer = without.optimizer = SgdOptions{.learning_rate = 0.1};
  without.game.class_weight = 0;
  AdversarialGame a(with), b(without);
  const at::Tensor start = a.discriminator().state()[2].tensor.detach().clone();  // [4, 8]
  a.play(batch(1), false);
  b.play(batch(1), false);
  const at::Tensor moved_a = a.discriminator().state()[2].tensor - start;
  const at::Tensor moved_b = b.discriminator().state()[2].tensor - start;
  EXPECT_TRUE(at::allclose(moved_a[0], moved_b[0], 1e-4, 1e-6)) << "the row that tells real";
  EXPECT_GT(moved_a.narrow(0, 1, kClasses).abs().max().item<double>(), 1e-4);
  EXPECT_EQ(moved_b.narrow(0, 1, kClasses).abs().max().item<double>(), 0);
}

}  // namespace
}  // namespace belamy
