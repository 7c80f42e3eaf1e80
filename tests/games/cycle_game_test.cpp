#include "belamy/games/cycle_game.h"

#include <ATen/ATen.h>
#include <torch/autograd.h>

#include <cmath>

#include "belamy/data/two_sides.h"
#include "tests/support/errors.h"

namespace belamy {
namespace {

using testing::error_of;

CycleSetup small_setup() {
  CycleSetup setup;
  setup.generator.architecture = ResnetOptions{.filters = 2, .blocks = 1};
  setup.discriminator.architecture = PatchOptions{.filters = 2, .layers = 1};
  setup.loss.name = "least_squares";
  setup.loss.generator_scale = 1;
  setup.game.pool_size = 3;
  setup.optimizer = AdamOptions{.learning_rate = 1e-3, .beta1 = 0.5};
  setup.sample_shape = {1, 16, 16};
  setup.batch_size = 2;
  setup.seed = 1;
  return setup;
}

Batch batch(int64_t seed) {
  at::manual_seed(static_cast<uint64_t>(seed));
  Batch given(at::rand({2, 1, 16, 16}) * 2 - 1);
  given.partners = at::rand({2, 1, 16, 16}) * 2 - 1;
  return given;
}

GameState deep_copy(GameState state) {
  for (auto& [file, tensors] : state.files) {
    for (NamedTensor& held : tensors) held.tensor = held.tensor.detach().clone();
  }
  return state;
}

std::unique_ptr<ImageBytes> pictures(uint8_t first, const std::vector<std::string>& names) {
  std::vector<uint8_t> pixels;
  for (size_t i = 0; i < names.size(); ++i) {
    pixels.insert(pixels.end(), 256, static_cast<uint8_t>(first + i));
  }
  auto images = std::make_unique<ImageBytes>(SampleShape{{1, 16, 16}}, pixels, Labels{},
                                             ByteRange{}, "pictures");
  images->set_sample_names(names);
  return images;
}

TEST(CycleGame, has_two_generators_and_two_discriminators_that_a_round_all_changes) {
  CycleGame game(small_setup());
  std::vector<std::string> names;
  std::vector<at::Tensor> before;
  for (const Network* network : game.networks()) {
    names.push_back(network->name());
    before.push_back(network->state()[0].tensor.detach().clone());
  }
  EXPECT_EQ(names, (std::vector<std::string>{"generator_ab", "generator_ba", "discriminator_a",
                                             "discriminator_b"}));
  game.play(batch(1), false);
  for (size_t i = 0; i < before.size(); ++i) {
    EXPECT_FALSE(at::equal(game.networks()[i]->state()[0].tensor, before[i])) << names[i];
  }
}

TEST(CycleGame, its_first_losses_are_those_of_the_papers) {
  CycleSetup setup = small_setup();
  setup.game.self_weight = 2;
  CycleGame game(setup);
  const Batch given = batch(1);
  const auto& networks = game.networks();
  const Network &ab = *networks[0], &ba = *networks[1], &da = *networks[2], &db = *networks[3];
  const at::Tensor &a = given.samples, &b = given.partners;
  const at::Tensor fake_b = ab.plain_forward(a, {}), fake_a = ba.plain_forward(b, {});
  const auto squares = [](const at::Tensor& l, double t) {
    return (l - t).square().mean().item<double>();
  };
  const auto l1 = [](const at::Tensor& x, const at::Tensor& y) {
    return (x - y).abs().mean().item<double>();
  };
  const double adversarial =
      (squares(db.plain_forward(fake_b, {}), 1) + squares(da.plain_forward(fake_a, {}), 1)) / 2;
  const double cycle =
      (l1(ba.plain_forward(fake_b, {}), a) + l1(ab.plain_forward(fake_a, {}), b)) / 2;
  const double identity = (l1(ab.plain_forward(b, {}), b) + l1(ba.plain_forward(a, {}), a)) / 2;
  const double change = (l1(fake_b, a) + l1(fake_a, b)) / 2;
  const double judged =
      (squares(da.plain_forward(a, {}), 1) + squares(da.plain_forward(fake_a, {}), 0) +
       squares(db.plain_forward(b, {}), 1) + squares(db.plain_forward(fake_b, {}), 0)) /
      4;
  const RoundReport report = game.play(given, false);
  for (const auto& [name, expected] : {std::pair<std::string, double>{"g_loss", adversarial},
                                       {"cycle_loss", cycle},
                                       {"identity_loss", identity},
                                       {"self_loss", change},
                                       {"d_loss", judged}}) {
    const auto found =
        std::find_if(report.scalars.begin(), report.scalars.end(),
                     [&name = name](const auto& scalar) { return scalar.first == name; });
    ASSERT_NE(found, report.scalars.end()) << name;
    EXPECT_NEAR(found->second, expected, 1e-4) << name;
  }
}

// Each generator stands in its own direction's costs and in both cycles.
TEST(CycleGame, its_generators_follow_the_gradient_of_all_their_costs) {
  CycleSetup setup = small_setup();
  setup.game.self_weight = 2;
  constexpr double kRate = 0.1;
  setup.optimizer = SgdOptions{.learning_rate = kRate};
  CycleGame game(setup);
  CycleGame twin(setup);
  const Batch given = batch(1);
  const at::Tensor &a = given.samples, &b = given.partners;
  const auto networks = twin.networks();
  const Network &ab = *networks[0], &ba = *networks[1], &da = *networks[2], &db = *networks[3];
  const auto plain = [](const Network& network, const at::Tensor& x) {
    return network.plain_forward(x, {.mode = Mode::kTraining});
  };
  const auto l1 = [](const at::Tensor& x, const at::Tensor& y) { return (x - y).abs().mean(); };
  std::vector<at::Tensor> parameters = ab.parameter_tensors();
  for (const at::Tensor& parameter : ba.parameter_tensors()) parameters.push_back(parameter);
  for (at::Tensor& parameter : parameters) parameter.set_requires_grad(true);
  const at::Tensor fake_b = plain(ab, a), fake_a = plain(ba, b);
  const at::Tensor cost =
      (plain(db, fake_b) - 1).square().mean() + (plain(da, fake_a) - 1).square().mean() +
      10 * (l1(plain(ba, fake_b), a) + l1(plain(ab, fake_a), b)) +
      5 * (l1(plain(ab, b), b) + l1(plain(ba, a), a)) + 2 * (l1(fake_b, a) + l1(fake_a, b));
  const auto gradients = torch::autograd::grad({cost}, parameters);
  game.play(given, false);
  std::vector<at::Tensor> moved = game.networks()[0]->parameter_tensors();
  for (const at::Tensor& parameter : game.networks()[1]->parameter_tensors()) {
    moved.push_back(parameter);
  }
  for (size_t i = 0; i < moved.size(); ++i) {
    const at::Tensor expected = parameters[i].detach() - kRate * gradients[i];
    EXPECT_TRUE(at::allclose(moved[i], expected, 1e-3, 1e-4)) << i;
    EXPECT_GT(gradients[i].abs().max().item<double>(), 0) << i;
  }
}

TEST(CycleGame, a_restored_state_plays_on_bit_for_bit_its_pool_and_averages_included) {
  CycleSetup setup = small_setup();
  setup.average.decay = 0.9;
  CycleGame first(setup);
  for (int i = 0; i < 3; ++i) first.play(batch(i), false);  // the pool is full
  CycleGame second(setup);
  second.load_state(deep_copy(first.state()), "memory");
  for (int i = 3; i < 7; ++i) {
    EXPECT_EQ(first.play(batch(i), false).line, second.play(batch(i), false).line);
  }
  EXPECT_EQ(first.state().counters, second.state().counters);
  const GameState a = first.state(), b = second.state();
  for (const auto& [file, tensors] : a.files) {
    for (size_t i = 0; i < tensors.size(); ++i) {
      EXPECT_TRUE(at::equal(tensors[i].tensor, b.files.at(file)[i].tensor)) << file;
    }
  }
}

TEST(CycleGame, translates_each_way_by_its_own_generator) {
  const CycleGame game(small_setup());
  const at::Tensor x = batch(1).samples;
  EXPECT_TRUE(at::allclose(game.translate(x, Direction::kAToB),
                           game.networks()[0]->plain_forward(x, {}), 1e-4, 1e-4));
  EXPECT_FALSE(at::equal(game.translate(x, Direction::kAToB), game.translate(x, Direction::kBToA)));
}

TEST(CycleGame, translates_by_the_averages_of_its_generators_where_it_keeps_any) {
  CycleSetup setup = small_setup();
  setup.average = {.decay = 0.75, .warm_up = false};
  CycleGame game(setup), plain(small_setup());
  const auto first_weight = [](const CycleGame& of) { return of.networks()[0]->state()[0].tensor; };
  const at::Tensor before = first_weight(game).detach().clone();
  game.play(batch(1), false);
  plain.play(batch(1), false);
  EXPECT_TRUE(at::equal(first_weight(game), first_weight(plain)));  // training is the same
  const GameState state = game.state();
  EXPECT_TRUE(at::allclose(state.files.at("generator_ab_average")[0].tensor,
                           0.75 * before + 0.25 * first_weight(game)));

  GameState averages = deep_copy(state);
  for (const std::string name : {"generator_ab", "generator_ba"}) {
    averages.files[name] = averages.files.at(name + "_average");
  }
  plain.load_sampler(averages, "memory");
  const at::Tensor x = batch(2).samples;
  for (const Direction direction : {Direction::kAToB, Direction::kBToA}) {
    EXPECT_TRUE(at::equal(game.translate(x, direction), plain.translate(x, direction)));
  }
  EXPECT_FALSE(at::allclose(game.translate(x, Direction::kAToB),
                            game.networks()[0]->plain_forward(x, {}), 1e-6, 1e-6));
}

TEST(CycleGame, its_sheet_shows_the_truth_where_the_data_know_it) {
  const CycleGame game(small_setup());
  RandomStream random(1, "sheet");
  const TwoSides matched(pictures(0, {"x", "y"}), pictures(100, {"x", "y"}));
  const SampleSheet with = game.sheet(16, random, matched);
  EXPECT_EQ(with.columns, 8);
  EXPECT_EQ(with.samples.size(0), 16);
  EXPECT_TRUE(at::equal(with.samples[3], with.samples[4]));  // the true B is what B starts from
  EXPECT_TRUE(at::equal(with.samples[0], with.samples[7]));
  const TwoSides apart(pictures(0, {"x", "y"}), pictures(100, {"v", "w"}));
  EXPECT_EQ(game.sheet(16, random, apart).columns, 6);
}

TEST(CycleGame, its_probe_is_translations_of_what_is_learnt_from) {
  const CycleGame game(small_setup());
  RandomStream random(1, "probe"), same(1, "probe");
  const TwoSides data(pictures(0, {"x", "y", "z"}), pictures(100, {"x", "y", "z"}));
  const at::Tensor probe = game.probe(40, random, data);
  EXPECT_EQ(probe.sizes(), (at::IntArrayRef{40, 1, 16, 16}));
  EXPECT_TRUE(at::equal(probe, game.probe(40, same, data)));
}

TEST(CycleGame, without_another_side_or_with_points_is_refused) {
  CycleGame game(small_setup());
  EXPECT_NE(
      error_of(ErrorKind::kUsage, [&] { game.play(batch(1).samples, false); }).find("data.partner"),
      std::string::npos);
  RandomStream random(1, "z");
  EXPECT_NE(error_of(ErrorKind::kUsage, [&] { game.sample(1, random); }).find("translate"),
            std::string::npos);
  CycleSetup points = small_setup();
  points.sample_shape = {2};
  EXPECT_NE(error_of(ErrorKind::kShape, [&] { check_players(points); }).find("images"),
            std::string::npos);
}

TEST(FakePool, keeps_the_first_and_then_gives_old_ones_for_half_of_the_new) {
  FakePool pool(10);
  RandomStream random(1, "pool");
  const auto numbered = [](int64_t from, int64_t count) {
    return at::arange(from, from + count, at::kFloat).unsqueeze(1);
  };
  EXPECT_TRUE(at::equal(pool.exchange(numbered(0, 10), random), numbered(0, 10)));
  const at::Tensor given = pool.exchange(numbered(10, 1000), random);
  const double kept = (given == numbered(10, 1000)).to(at::kDouble).mean().item<double>();
  EXPECT_NEAR(kept, 0.5, 0.06);
  // Nothing is given twice from the pool, and nothing is lost.
  const at::Tensor all = at::cat({given.flatten(), pool.state().flatten()});
  EXPECT_EQ(std::get<0>(at::_unique(all)).numel(), 1010);
}

TEST(FakePool, of_another_shape_or_too_many_is_refused) {
  FakePool pool(2);
  EXPECT_NE(error_of(ErrorKind::kCheckpoint,
                     [&] {
                       pool.load_state(at::zeros({3, 4}), {4}, "file");
                     })
                .find("at most 2"),
            std::string::npos);
  error_of(ErrorKind::kCheckpoint, [&] { pool.load_state(at::zeros({2, 5}), {4}, "file"); });
}

}  // namespace
}  // namespace belamy
