#include "belamy/games/cycle_game.h"

#include <ATen/ATen.h>
#include <torch/autograd.h>

#include <algorithm>
#include <cmath>

#include "belamy/core/json_text.h"
#include "belamy/data/two_sides.h"
#include "belamy/games/accuracy.h"

namespace belamy {
namespace {

constexpr int64_t kTranslatingBatch = 32;  // bounds memory while translating

NetworkRole generator_role(const Shape& sample) {
  return {"generator", true, sample, sample, 0};
}

NetworkRole discriminator_role(const Shape& sample) {
  return {"discriminator", false, sample, {1}, 0};
}

at::Tensor distance(const at::Tensor& a, const at::Tensor& b) {
  return (a - b).abs().mean();
}

at::Tensor gathered(const Dataset& data, const std::vector<int64_t>& indices) {
  const std::vector<int64_t> dims = data.shape().dims;
  at::Tensor samples =
      at::empty({static_cast<int64_t>(indices.size()), dims[0], dims[1], dims[2]}, at::kFloat);
  data.gather(indices, samples.data_ptr<float>());
  return samples;
}

std::vector<int64_t> spread(int64_t count, int64_t size) {
  std::vector<int64_t> indices;
  for (int64_t i = 0; i < count; ++i) indices.push_back(i * size / count);
  return indices;
}

}  // namespace

void CycleOptions::visit(OptionsVisitor& v) {
  v.number("cycle_weight", cycle_weight, {0, 1e6},
           "of the distance between an image and what comes back of it");
  v.number("identity_weight", identity_weight, {0, 1e6},
           "of the distance between an image of the target side and its translation");
  v.number("self_weight", self_weight, {0, 1e6},
           "of the distance between an image and its own translation, which keeps what need not "
           "change (self-regularization, Shrivastava et al. 2017)");
  v.integer("pool_size", pool_size, {0, 10000},
            "past fakes that the discriminators also see; 0 for none");
  v.number("strength", use.strength, {0, 2},
           "how far `belamy translate` goes unless told: 0 keeps the picture, 1 translates it");
  v.boolean("self_ensemble", use.self_ensemble,
            "whether it takes the mean with the mirror image's translation unless told (Lim et al. "
            "2017)");
}

void check_players(const CycleSetup& setup) {
  const Shape& sample = setup.sample_shape;
  if (sample.size() != 3) {
    fail(ErrorKind::kShape, "game.type = \"cycle\" translates images, the data are {}",
         shape_text(sample));
  }
  const NetworkGraph generator = player_graph(setup.generator, generator_role(sample));
  const Shape made = infer_shapes("generator", generator).back();
  if (made != sample) {
    throw LayerShapeError(fmt::format("the generator makes {}, the data are {}", shape_text(made),
                                      shape_text(sample)),
                          generator.nodes.size() - 1, "generator");
  }
  const NetworkGraph discriminator = player_graph(setup.discriminator, discriminator_role(sample));
  const Shape judged = infer_shapes("discriminator", discriminator).back();
  const bool is_map = judged.size() == 3 && judged[0] == 1;
  if (judged != Shape{1} && !is_map) {
    throw LayerShapeError(fmt::format("the discriminator must end in one number, or one channel of "
                                      "them; it ends in {}",
                                      shape_text(judged)),
                          discriminator.nodes.size() - 1, "discriminator");
  }
}

CycleGame::Side::Side(const CycleSetup& setup, const std::string& from, const std::string& to)
    : generator("generator_" + from + to,
                player_graph(setup.generator, generator_role(setup.sample_shape)), setup.seed),
      discriminator("discriminator_" + to,
                    player_graph(setup.discriminator, discriminator_role(setup.sample_shape)),
                    setup.seed),
      generator_learner(generator, setup.generator.optimizer_or(setup.optimizer)),
      discriminator_learner(discriminator, setup.discriminator.optimizer_or(setup.optimizer)),
      pool(setup.game.pool_size) {
  if (setup.average.decay == 0) return;
  averaged.emplace("averaged " + generator.name(),
                   player_graph(setup.generator, generator_role(setup.sample_shape)), setup.seed);
  average.emplace(generator, *averaged, setup.average);
}

CycleGame::CycleGame(CycleSetup setup)
    : setup_((check_players(setup), std::move(setup))),
      sides_{Side(setup_, "a", "b"), Side(setup_, "b", "a")},
      dropout_random_(setup_.seed, "dropout"),
      pool_random_(setup_.seed, "pool") {}

void CycleGame::start(int64_t rounds_done, int64_t rounds) {
  round_ = rounds_done;
  rounds_ = rounds;
}

ForwardContext CycleGame::training_context() {
  return {Mode::kTraining, true, setup_.precision, &dropout_random_};
}

RoundReport CycleGame::play(const Batch& real, bool detailed) {
  if (!real.partners.defined()) {
    fail(ErrorKind::kUsage, "a cycle game needs two collections of images; give data.partner");
  }
  for (Side& side : sides_) {
    side.generator_learner.begin_round(round_, rounds_, /*measure=*/detailed);
    side.discriminator_learner.begin_round(round_, rounds_, /*measure=*/detailed);
  }
  ++round_;
  const GeneratorResult made = train_generators({real.samples, real.partners});
  const DiscriminatorResult of_b = train_discriminator(sides_[0], real.partners, made.fakes[0]);
  const DiscriminatorResult of_a = train_discriminator(sides_[1], real.samples, made.fakes[1]);

  RoundReport report;
  const double accuracy_real = (of_a.accuracy_real + of_b.accuracy_real) / 2;
  const double accuracy_fake = (of_a.accuracy_fake + of_b.accuracy_fake) / 2;
  report.scalars = {{"d_loss", (of_a.cost + of_b.cost) / 2},
                    {"g_loss", made.adversarial},
                    {"cycle_loss", made.cycle},
                    {"identity_loss", made.identity},
                    {"d_accuracy", (accuracy_real + accuracy_fake) / 2},
                    {"d_accuracy_real", accuracy_real},
                    {"d_accuracy_fake", accuracy_fake}};
  report.line =
      fmt::format("[D loss: {:.4f}] [G loss: {:.4f}] [cycle: {:.4f}] [identity: {:.4f}]",
                  (of_a.cost + of_b.cost) / 2, made.adversarial, made.cycle, made.identity);
  if (setup_.game.self_weight > 0) {
    report.scalars.emplace_back("self_loss", made.change);
    report.line += fmt::format(" [self: {:.4f}]", made.change);
  }
  if (detailed) {
    const auto norm = [&](auto learner) {
      return std::hypot((sides_[0].*learner).gradient_norm(), (sides_[1].*learner).gradient_norm());
    };
    report.scalars.insert(report.scalars.end(),
                          {{"generator_gradient_norm", norm(&Side::generator_learner)},
                           {"discriminator_gradient_norm", norm(&Side::discriminator_learner)}});
  }
  return report;
}

// Both generators in one update, as their cycles go through both.
CycleGame::GeneratorResult CycleGame::train_generators(const std::array<at::Tensor, 2>& real) {
  Network& to_b = sides_[0].generator;
  Network& to_a = sides_[1].generator;
  for (Side& side : sides_) {
    side.discriminator.set_trainable(false);
    side.generator.set_trainable(true);
  }
  const ForwardContext context = training_context();
  GeneratorResult result;
  result.fakes = {to_b.forward(real[0], context), to_a.forward(real[1], context)};
  at::Tensor adversarial = at::zeros({}, at::kFloat);
  for (size_t i = 0; i < sides_.size(); ++i) {
    adversarial =
        adversarial +
        generator_cost(sides_[i].discriminator.logits(result.fakes[i], context), setup_.loss);
  }
  const at::Tensor cycle = distance(to_a.forward(result.fakes[0], context), real[0]) +
                           distance(to_b.forward(result.fakes[1], context), real[1]);
  at::Tensor cost = adversarial + setup_.game.cycle_weight * cycle;
  if (setup_.game.identity_weight > 0) {
    const at::Tensor identity = distance(to_b.forward(real[1], context), real[1]) +
                                distance(to_a.forward(real[0], context), real[0]);
    cost = cost + setup_.game.identity_weight * identity;
    result.identity = identity.item<double>() / 2;
  }
  if (setup_.game.self_weight > 0) {
    const at::Tensor change =
        distance(result.fakes[0], real[0]) + distance(result.fakes[1], real[1]);
    cost = cost + setup_.game.self_weight * change;
    result.change = change.item<double>() / 2;
  }
  std::vector<at::Tensor> parameters = to_b.parameter_tensors();
  const size_t of_b = parameters.size();
  for (const at::Tensor& parameter : to_a.parameter_tensors()) parameters.push_back(parameter);
  const auto gradients = torch::autograd::grad({cost}, parameters);
  const auto middle = gradients.begin() + static_cast<std::ptrdiff_t>(of_b);
  sides_[0].generator_learner.descend_along({gradients.begin(), middle});
  sides_[1].generator_learner.descend_along({middle, gradients.end()});
  for (Side& side : sides_) {
    side.generator.set_trainable(false);
    if (side.average) side.average->update();
  }
  for (at::Tensor& fake : result.fakes) fake = fake.detach();
  result.adversarial = adversarial.item<double>() / 2;
  result.cycle = cycle.item<double>() / 2;
  return result;
}

CycleGame::DiscriminatorResult CycleGame::train_discriminator(Side& side, const at::Tensor& real,
                                                              const at::Tensor& fake) {
  const at::Tensor shown = side.pool.exchange(fake, pool_random_);
  Network& network = side.discriminator;
  network.set_trainable(true);
  const ForwardContext context = training_context();
  const at::Tensor of_real = network.logits(real, context);
  const at::Tensor of_fake = network.logits(shown, context);
  const at::Tensor cost = (real_term(of_real, setup_.loss) + fake_term(of_fake, setup_.loss)) / 2;
  side.discriminator_learner.descend(cost);
  const double threshold = decision_threshold(setup_.loss);
  return {cost.item<double>(), share_above(of_real, threshold), share_up_to(of_fake, threshold)};
}

at::Tensor CycleGame::sample(int64_t, RandomStream&) const {
  fail(
      ErrorKind::kUsage,
      "this run's game translates images and makes none of latent vectors; use `belamy translate`");
}

at::Tensor CycleGame::translate(const at::Tensor& images, Direction direction) const {
  const at::NoGradGuard no_grad;
  const Network& generator = sides_[direction == Direction::kAToB ? 0 : 1].translator();
  std::vector<at::Tensor> parts;
  for (const at::Tensor& part : images.split(kTranslatingBatch)) {
    parts.push_back(generator.forward(part, {.precision = setup_.precision}).contiguous());
  }
  return at::cat(parts);
}

SampleSheet CycleGame::sheet(int64_t count, RandomStream&, const Dataset& data) const {
  const Dataset& a = data.shown();
  if (a.partner() == nullptr) {
    fail(ErrorKind::kUsage, "a cycle game needs two collections of images; give data.partner");
  }
  const Dataset& b = *a.partner();
  const bool has_truth = are_matched(a, b);
  const int64_t columns = has_truth ? 8 : 6;
  const int64_t rows = std::clamp<int64_t>(count / columns, 1, std::min(a.size(), b.size()));
  std::vector<at::Tensor> shown;
  const at::Tensor of_a = gathered(a, spread(rows, a.size())),
                   of_b = gathered(b, spread(rows, b.size()));
  const at::Tensor as_b = translate(of_a, Direction::kAToB),
                   as_a = translate(of_b, Direction::kBToA);
  shown = {of_a, as_b, translate(as_b, Direction::kBToA)};
  if (has_truth) shown.push_back(of_b);
  shown.insert(shown.end(), {of_b, as_a, translate(as_a, Direction::kAToB)});
  if (has_truth) shown.push_back(of_a);
  return {at::stack(shown, 1).flatten(0, 1), columns};
}

at::Tensor CycleGame::probe(int64_t count, RandomStream& random, const Dataset& data) const {
  std::vector<int64_t> indices;
  for (int64_t i = 0; i < count; ++i) {
    indices.push_back(static_cast<int64_t>(random.below(static_cast<uint64_t>(data.size()))));
  }
  return translate(gathered(data, indices), Direction::kAToB);
}

std::vector<const Network*> CycleGame::networks() const {
  return {&sides_[0].generator, &sides_[1].generator, &sides_[1].discriminator,
          &sides_[0].discriminator};
}

// A forward pass is one unit, the gradients of inputs and of weights one more each, without those
// of what is given. A generator runs in full for fake, cycle, whose input is another's output, and
// identity; a discriminator in full on real and fake, and forward and back to its input for the
// generator.
double CycleGame::multiply_adds_per_round() const {
  double of_all = 0;
  const double uses = setup_.game.identity_weight > 0 ? 3 : 2;
  for (const Side& side : sides_) {
    of_all += uses * 3 * static_cast<double>(side.generator.multiply_adds()) -
              (uses - 1) * static_cast<double>(side.generator.first_multiply_adds()) +
              (2 * 3 + 2) * static_cast<double>(side.discriminator.multiply_adds()) -
              2 * static_cast<double>(side.discriminator.first_multiply_adds());
  }
  return static_cast<double>(setup_.batch_size) * of_all;
}

GameState CycleGame::state() const {
  GameState state;
  nlohmann::json counters = {{"dropout_position", dropout_random_.position()},
                             {"pool_position", pool_random_.position()}};
  for (const Side& side : sides_) {
    const std::string generator = side.generator.name(), judge = side.discriminator.name();
    state.files[generator] = side.generator.state();
    state.files[judge] = side.discriminator.state();
    state.files[generator + "_optimizer"] = side.generator_learner.state();
    state.files[judge + "_optimizer"] = side.discriminator_learner.state();
    const at::Tensor pool = side.pool.state();
    // The name keeps what only training needs from being read for sampling.
    if (pool.defined()) state.files[judge + "_pool_optimizer"] = {{"pool", pool}};
    counters[generator + "_updates"] = side.generator_learner.updates();
    if (side.average) {
      state.files[generator + "_average"] = side.average->state();
      counters[generator + "_average_updates"] = side.average->updates();
    }
    counters[judge + "_updates"] = side.discriminator_learner.updates();
  }
  state.counters = counters.dump();
  return state;
}

void CycleGame::load_state(const GameState& state, const std::string& source) {
  try {
    const auto counters = nlohmann::json::parse(state.counters);
    load_sampler(state, source);
    for (Side& side : sides_) {
      const std::string generator = side.generator.name(), judge = side.discriminator.name();
      side.discriminator.load_state(state.files.at(judge), source + ", " + judge);
      const auto restore = [&](Learner& learner, const std::string& name) {
        learner.load_state(state.files.at(name + "_optimizer"),
                           count_from(counters.at(name + "_updates")),
                           source + ", " + name + "_optimizer");
      };
      restore(side.generator_learner, generator);
      restore(side.discriminator_learner, judge);
      const auto average = state.files.find(generator + "_average");
      if (side.average && average != state.files.end()) {
        side.average->load_state(average->second,
                                 count_from(counters.at(generator + "_average_updates")),
                                 source + ", " + average->first);
      }
      const auto pool = state.files.find(judge + "_pool_optimizer");
      side.pool.load_state(pool == state.files.end() ? at::Tensor() : pool->second.at(0).tensor,
                           setup_.sample_shape, source + ", " + judge + "_pool_optimizer");
    }
    dropout_random_.seek(static_cast<uint64_t>(count_from(counters.at("dropout_position"))));
    pool_random_.seek(static_cast<uint64_t>(count_from(counters.at("pool_position"))));
  } catch (const nlohmann::json::exception& error) {
    fail(ErrorKind::kCheckpoint, "{} does not hold a cycle game's counters: {}", source,
         error.what());
  } catch (const std::out_of_range&) {
    fail(ErrorKind::kCheckpoint, "{} lacks a file of a cycle game", source);
  }
}

void CycleGame::load_sampler(const GameState& state, const std::string& source) {
  for (Side& side : sides_) {
    const auto found = state.files.find(side.generator.name());
    if (found == state.files.end()) {
      fail(ErrorKind::kCheckpoint, "{} holds no {}", source, side.generator.name());
    }
    side.generator.load_state(found->second, source + ", " + side.generator.name());
    if (side.average) side.average->restart();
  }
}

}  // namespace belamy
