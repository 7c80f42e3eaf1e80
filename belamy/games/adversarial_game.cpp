#include "belamy/games/adversarial_game.h"

#include <ATen/ATen.h>

#include <algorithm>
#include <nlohmann/json.hpp>

#include "belamy/games/plain_latent_sampler.h"
#include "belamy/kernels/finite.h"
#include "belamy/kernels/moments.h"

namespace belamy {
namespace {

constexpr int64_t kSamplingBatch = 256;  // bounds memory while sampling

kernels::Moments pixel_moments(const at::Tensor& pixels) {
  const at::Tensor dense = pixels.detach().contiguous();
  return kernels::moments(dense.data_ptr<float>(), static_cast<size_t>(dense.numel()));
}

double share(const at::Tensor& condition) {
  return condition.to(at::kDouble).mean().item<double>();
}

// Without a copy when there is one.
at::Tensor joined(const std::vector<at::Tensor>& parts) {
  return parts.size() == 1 ? parts.front() : at::cat(parts);
}

void load_network(Network& network, const GameState& state, const std::string& source) {
  const auto found = state.files.find(network.name());
  if (found == state.files.end()) {
    fail(ErrorKind::kCheckpoint, "{} holds no {}", source, network.name());
  }
  network.load_state(found->second, source + ", " + network.name());
}

const OptimizerOptions& optimizer_of(const PlayerOptions& player, const AdversarialSetup& setup) {
  return player.optimizer ? *player.optimizer : setup.optimizer;
}

}  // namespace

void AdversarialOptions::visit(OptionsVisitor& v) {
  v.integer("latent_size", latent_size, {1, 1 << 16}, "numbers in a latent vector z");
  v.choice("latent", latent, {"normal", "uniform"}, "z ~ N(0, 1), or U(-1, 1)");
  v.choice("discriminator_batches", discriminator_batches,
           {"one_batch", "two_batches", "two_updates"},
           "real and fake concatenated; apart with one update; or an update on each, as "
           "Keras's train_on_batch");
  v.choice("fakes", fakes, {"training", "inference"},
           "mode of the generator that makes fakes for the discriminator; Keras's predict is "
           "inference");
  v.choice("generator_noise", generator_noise, {"fresh", "shared"},
           "the generator step draws new z, or takes the discriminator step's");
  v.integer("discriminator_steps", discriminator_steps, {1, 1000},
            "discriminator updates a round, each on a batch of its own");
  v.integer("generator_steps", generator_steps, {1, 1000}, "generator updates a round");
}

void check_players(const AdversarialSetup& setup) {
  const Shape made =
      infer_shapes("generator", setup.generator.layers, {setup.game.latent_size}).back();
  if (made != setup.sample_shape) {
    throw LayerShapeError(fmt::format("the generator makes {}, the data are {}", shape_text(made),
                                      shape_text(setup.sample_shape)),
                          setup.generator.layers.size() - 1, "generator");
  }
  const Shape judged =
      infer_shapes("discriminator", setup.discriminator.layers, setup.sample_shape).back();
  const size_t last = setup.discriminator.layers.size() - 1;
  if (judged != Shape{1}) {
    throw LayerShapeError(
        fmt::format("the discriminator must end in one number, for example a dense layer of 1 "
                    "unit; it ends in {}",
                    shape_text(judged)),
        last, "discriminator");
  }
  const ActivationOptions activation = final_activation(setup.discriminator.layers);
  if (!std::holds_alternative<Sigmoid>(activation) && !std::holds_alternative<Linear>(activation)) {
    throw LayerShapeError(
        "the discriminator's last activation must be sigmoid (or linear, for logits)", last,
        "discriminator");
  }
}

AdversarialGame::AdversarialGame(AdversarialSetup setup)
    : setup_((check_players(setup), std::move(setup))),
      generator_("generator", setup_.generator.layers, {setup_.game.latent_size}, setup_.seed),
      discriminator_("discriminator", setup_.discriminator.layers, setup_.sample_shape,
                     setup_.seed),
      generator_learner_(generator_, optimizer_of(setup_.generator, setup_), setup_.accumulate),
      discriminator_learner_(discriminator_, optimizer_of(setup_.discriminator, setup_),
                             setup_.accumulate),
      latent_random_(setup_.seed, "latent"),
      dropout_random_(setup_.seed, "dropout") {
  if (setup_.average.decay == 0) return;
  averaged_.emplace("averaged generator", setup_.generator.layers, generator_.input_shape(),
                    setup_.seed);
  average_.emplace(generator_, *averaged_, setup_.average);
}

void AdversarialGame::start(int64_t rounds_done, int64_t rounds) {
  round_ = rounds_done;
  rounds_ = rounds;
}

RoundReport AdversarialGame::play(const at::Tensor& real, bool detailed) {
  for (Learner* learner : {&generator_learner_, &discriminator_learner_}) {
    learner->begin_round(round_, rounds_, /*measure=*/detailed);
  }
  ++round_;
  const int64_t a_step = setup_.batch_size * setup_.accumulate;
  DiscriminatorResult judged;
  const std::vector<at::Tensor> steps = real.split(a_step);
  for (size_t i = 0; i < steps.size(); ++i) {
    judged = train_discriminator(steps[i], judges_same_fakes() && i + 1 == steps.size());
  }

  double generator_cost = 0;
  for (int64_t i = 0; i < setup_.game.generator_steps; ++i) {
    const bool shared = setup_.game.generator_noise == "shared" && i == 0;
    if (shared && judged.recorded.defined()) {
      generator_cost = train_generator_on(judged.recorded);
    } else {
      generator_cost =
          train_generator(shared ? judged.latent : draw_latent(a_step, latent_random_));
    }
  }
  if (average_) average_->update();

  const double accuracy = (judged.accuracy_real + judged.accuracy_fake) / 2;
  RoundReport report;
  report.scalars = {{"d_loss", judged.cost},
                    {"g_loss", generator_cost},
                    {"d_accuracy", accuracy},
                    {"d_accuracy_real", judged.accuracy_real},
                    {"d_accuracy_fake", judged.accuracy_fake}};
  report.line = fmt::format("[D loss: {:.6f}, acc.: {:.2f}%] [G loss: {:.6f}]", judged.cost,
                            100 * accuracy, generator_cost);
  if (detailed) {
    const kernels::Moments of_real = pixel_moments(real), of_fake = pixel_moments(judged.fake);
    report.scalars.insert(
        report.scalars.end(),
        {{"real_mean", of_real.mean},
         {"real_std", of_real.standard_deviation},
         {"fake_mean", of_fake.mean},
         {"fake_std", of_fake.standard_deviation},
         {"generator_gradient_norm", generator_learner_.gradient_norm()},
         {"discriminator_gradient_norm", discriminator_learner_.gradient_norm()}});
  }
  return report;
}

at::Tensor AdversarialGame::draw_latent(int64_t count, RandomStream& random) const {
  return draw_latent_vectors(count, setup_.game.latent_size, setup_.game.latent_prior(), random);
}

std::vector<at::Tensor> AdversarialGame::batches(const at::Tensor& samples) const {
  return samples.split(setup_.batch_size);
}

at::Tensor AdversarialGame::draw_fakes(const at::Tensor& latent) {
  const at::NoGradGuard no_grad;
  std::vector<at::Tensor> fakes;
  for (const at::Tensor& batch : batches(latent)) {
    const ForwardContext context = setup_.game.fakes == "training"
                                       ? training_context(/*update_statistics=*/false)
                                       : ForwardContext{.precision = setup_.precision};
    fakes.push_back(generator_.forward(batch, context));
  }
  return joined(fakes);
}

ForwardContext AdversarialGame::training_context(bool update_statistics) {
  return {Mode::kTraining, update_statistics, setup_.precision, &dropout_random_};
}

AdversarialGame::DiscriminatorResult AdversarialGame::train_discriminator(const at::Tensor& real,
                                                                          bool record) {
  DiscriminatorResult result;
  result.latent = draw_latent(real.size(0), latent_random_);
  if (record) {
    result.recorded = record_fakes(result.latent);
    result.fake = result.recorded.detach();
  } else {
    result.fake = draw_fakes(result.latent);
  }

  discriminator_.set_trainable(true);
  const Logits logits = setup_.game.discriminator_batches == "two_updates"
                            ? step_on_each_half(real, result.fake)
                            : step_on_both(real, result.fake);
  result.cost = ((real_term(logits.real, setup_.loss) + fake_term(logits.fake)) / 2).item<double>();
  result.accuracy_real = share(logits.real > 0);
  result.accuracy_fake = share(logits.fake <= 0);
  return result;
}

AdversarialGame::Logits AdversarialGame::judge(const at::Tensor& real, const at::Tensor& fake) {
  const ForwardContext context = training_context(/*update_statistics=*/true);
  if (setup_.game.discriminator_batches == "one_batch") {
    const at::Tensor both = discriminator_.logits(at::cat({real, fake}), context);
    return {both.narrow(0, 0, real.size(0)), both.narrow(0, real.size(0), fake.size(0))};
  }
  const at::Tensor real_logits = discriminator_.logits(real, context);
  return {real_logits, discriminator_.logits(fake, context)};
}

AdversarialGame::Logits AdversarialGame::step_on_both(const at::Tensor& real,
                                                      const at::Tensor& fake) {
  const std::vector<at::Tensor> reals = batches(real), fakes = batches(fake);
  std::vector<at::Tensor> real_logits, fake_logits;
  for (size_t i = 0; i < reals.size(); ++i) {
    const Logits logits = judge(reals[i], fakes[i]);
    discriminator_learner_.descend((real_term(logits.real, setup_.loss) + fake_term(logits.fake)) /
                                   2);
    real_logits.push_back(logits.real.detach());
    fake_logits.push_back(logits.fake.detach());
  }
  return {joined(real_logits), joined(fake_logits)};
}

// Each half is a training step of its own on its whole cost, and only the report averages them.
AdversarialGame::Logits AdversarialGame::step_on_each_half(const at::Tensor& real,
                                                           const at::Tensor& fake) {
  const at::Tensor real_logits = step_on_half(real, /*are_real=*/true);
  return {real_logits, step_on_half(fake, /*are_real=*/false)};
}

at::Tensor AdversarialGame::step_on_half(const at::Tensor& samples, bool are_real) {
  std::vector<at::Tensor> all;
  for (const at::Tensor& batch : batches(samples)) {
    const at::Tensor logits =
        discriminator_.logits(batch, training_context(/*update_statistics=*/true));
    discriminator_learner_.descend(are_real ? real_term(logits, setup_.loss) : fake_term(logits));
    all.push_back(logits.detach());
  }
  return joined(all);
}

// One pass serves both updates: the generator's weights do not change between them. Of accumulated
// batches all the graphs would have to be kept.
bool AdversarialGame::judges_same_fakes() const {
  return setup_.game.fakes == "training" && setup_.game.generator_noise == "shared" &&
         setup_.accumulate == 1;
}

at::Tensor AdversarialGame::record_fakes(const at::Tensor& latent) {
  generator_.set_trainable(true);
  const at::Tensor fake = generator_.forward(latent, training_context(/*update_statistics=*/true));
  generator_.set_trainable(false);
  return fake;
}

double AdversarialGame::train_generator(const at::Tensor& latent) {
  double cost = 0;
  for (const at::Tensor& batch : batches(latent)) cost += train_generator_on(record_fakes(batch));
  return cost / static_cast<double>(setup_.accumulate);
}

double AdversarialGame::train_generator_on(const at::Tensor& fake) {
  // The discriminator passes gradients on but is itself locked: its weights take none, and its
  // moving statistics stay.
  discriminator_.set_trainable(false);
  generator_.set_trainable(true);
  const at::Tensor logits =
      discriminator_.logits(fake, training_context(/*update_statistics=*/false));
  const at::Tensor cost = generator_cost(logits, setup_.loss);
  generator_learner_.descend(cost);
  generator_.set_trainable(false);
  return cost.item<double>();
}

at::Tensor AdversarialGame::sample(int64_t count, RandomStream& random) const {
  const at::NoGradGuard no_grad;
  const auto generator = folded_generator_.of(averaged_ ? *averaged_ : generator_);
  std::vector<at::Tensor> parts;
  for (int64_t done = 0; done < count; done += kSamplingBatch) {
    const at::Tensor latent = draw_latent(std::min(kSamplingBatch, count - done), random);
    parts.push_back(generator->forward(latent, {.precision = setup_.precision}).contiguous());
  }
  return at::cat(parts);
}

bool AdversarialGame::is_finite() const {
  for (const Network* network : networks()) {
    for (const NamedTensor& held : network->state()) {
      const auto count = static_cast<size_t>(held.tensor.numel());
      if (!kernels::all_finite(held.tensor.data_ptr<float>(), count)) return false;
    }
  }
  return true;
}

GameState AdversarialGame::state() const {
  nlohmann::json counters = {{"generator_updates", generator_learner_.updates()},
                             {"discriminator_updates", discriminator_learner_.updates()},
                             {"latent_position", latent_random_.position()},
                             {"dropout_position", dropout_random_.position()}};
  GameState state;
  state.files = {{"generator", generator_.state()},
                 {"discriminator", discriminator_.state()},
                 {"generator_optimizer", generator_learner_.state()},
                 {"discriminator_optimizer", discriminator_learner_.state()}};
  if (average_) {
    counters["average_updates"] = average_->updates();
    state.files["generator_average"] = average_->state();
  }
  state.counters = counters.dump();
  return state;
}

void AdversarialGame::load_state(const GameState& state, const std::string& source) {
  try {
    const auto counters = nlohmann::json::parse(state.counters);
    const auto count = [&](const char* name) { return counters.at(name).get<uint64_t>(); };
    load_network(generator_, state, source);
    load_discriminator(state, source);
    generator_learner_.load_state(state.files.at("generator_optimizer"),
                                  static_cast<int64_t>(count("generator_updates")),
                                  source + ", generator_optimizer");
    discriminator_learner_.load_state(state.files.at("discriminator_optimizer"),
                                      static_cast<int64_t>(count("discriminator_updates")),
                                      source + ", discriminator_optimizer");
    load_average(state, counters.value("average_updates", int64_t{0}), source);
    latent_random_.seek(count("latent_position"));
    dropout_random_.seek(count("dropout_position"));
  } catch (const nlohmann::json::exception& error) {
    fail(ErrorKind::kCheckpoint, "{} does not hold an adversarial game's counters: {}", source,
         error.what());
  } catch (const std::out_of_range&) {
    fail(ErrorKind::kCheckpoint, "{} lacks a file of an adversarial game", source);
  }
}

void AdversarialGame::load_average(const GameState& state, int64_t updates,
                                   const std::string& source) {
  if (!average_) return;
  const auto found = state.files.find("generator_average");
  if (found == state.files.end()) {
    average_->restart();  // the run had none until now
  } else {
    average_->load_state(found->second, updates, source + ", generator_average");
  }
}

void AdversarialGame::load_sampler(const GameState& state, const std::string& source) {
  load_network(generator_, state, source);
  if (average_) average_->restart();
}

void AdversarialGame::load_discriminator(const GameState& state, const std::string& source) {
  load_network(discriminator_, state, source);
}

std::unique_ptr<LatentSampler> AdversarialGame::latent_sampler(std::optional<int64_t> label) const {
  if (label) {
    fail(ErrorKind::kUsage,
         "this run's game is not conditional: it has learned no classes to choose from; `belamy "
         "latent mean RUN --class {}` finds latent vectors of a class by a classifier",
         *label);
  }
  return std::make_unique<PlainLatentSampler>(
      PlainLatentSampler::Parts{averaged_ ? *averaged_ : generator_, discriminator_,
                                setup_.game.latent_prior(), setup_.precision});
}

}  // namespace belamy
