#include "belamy/games/adversarial_game.h"

#include <ATen/ATen.h>
#include <torch/autograd.h>

#include <algorithm>
#include <nlohmann/json.hpp>

#include "belamy/core/profile.h"
#include "belamy/kernels/finite.h"
#include "belamy/kernels/moments.h"
#include "belamy/kernels/random.h"
#include "belamy/nn/gradient_scope.h"

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
      generator_optimizer_(
          make_optimizer(optimizer_of(setup_.generator, setup_), generator_.flat_parameters())),
      discriminator_optimizer_(make_optimizer(optimizer_of(setup_.discriminator, setup_),
                                              discriminator_.flat_parameters())),
      latent_random_(setup_.seed, "latent"),
      dropout_random_(setup_.seed, "dropout") {}

RoundReport AdversarialGame::play(const at::Tensor& real, bool detailed) {
  DiscriminatorResult judged;
  for (const at::Tensor& batch : real.split(setup_.batch_size)) judged = train_discriminator(batch);

  double generator_cost = 0;
  for (int64_t i = 0; i < setup_.game.generator_steps; ++i) {
    const bool shared = setup_.game.generator_noise == "shared" && i == 0;
    generator_cost =
        train_generator(shared ? judged.latent : draw_latent(setup_.batch_size, latent_random_));
  }

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
    report.scalars.insert(report.scalars.end(), {{"real_mean", of_real.mean},
                                                 {"real_std", of_real.standard_deviation},
                                                 {"fake_mean", of_fake.mean},
                                                 {"fake_std", of_fake.standard_deviation}});
  }
  return report;
}

at::Tensor AdversarialGame::draw_latent(int64_t count, RandomStream& random) const {
  at::Tensor latent = at::empty({count, setup_.game.latent_size}, at::kFloat);
  const auto values = static_cast<size_t>(latent.numel());
  const uint64_t block = random.take(kernels::philox_blocks(values));
  if (setup_.game.latent == "uniform") {
    kernels::fill_uniform(latent.data_ptr<float>(), values, -1, 1, random.key(), block);
  } else {
    kernels::fill_normal(latent.data_ptr<float>(), values, random.key(), block);
  }
  return latent;
}

at::Tensor AdversarialGame::draw_fakes(const at::Tensor& latent) {
  const at::NoGradGuard no_grad;
  if (setup_.game.fakes == "training") {
    return generator_.forward(latent, training_context(/*update_statistics=*/false));
  }
  return generator_.forward(latent, {.precision = setup_.precision});
}

ForwardContext AdversarialGame::training_context(bool update_statistics) {
  return {Mode::kTraining, update_statistics, setup_.precision, &dropout_random_};
}

AdversarialGame::DiscriminatorResult AdversarialGame::train_discriminator(const at::Tensor& real) {
  DiscriminatorResult result;
  result.latent = draw_latent(setup_.batch_size, latent_random_);
  result.fake = draw_fakes(result.latent);

  discriminator_.set_trainable(true);
  const bool on_each_half = setup_.game.discriminator_batches == "two_updates";
  const Logits logits =
      on_each_half ? step_on_each_half(real, result.fake) : judge(real, result.fake);
  const at::Tensor cost = (real_term(logits.real, setup_.loss) + fake_term(logits.fake)) / 2;
  if (!on_each_half) descend(cost, discriminator_, *discriminator_optimizer_);

  result.cost = cost.item<double>();
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

// Each half is a training step of its own on its whole cost, and only the report averages them.
AdversarialGame::Logits AdversarialGame::step_on_each_half(const at::Tensor& real,
                                                           const at::Tensor& fake) {
  const ForwardContext context = training_context(/*update_statistics=*/true);
  const at::Tensor real_logits = discriminator_.logits(real, context);
  descend(real_term(real_logits, setup_.loss), discriminator_, *discriminator_optimizer_);
  const at::Tensor fake_logits = discriminator_.logits(fake, context);
  descend(fake_term(fake_logits), discriminator_, *discriminator_optimizer_);
  return {real_logits.detach(), fake_logits.detach()};
}

double AdversarialGame::train_generator(const at::Tensor& latent) {
  // The discriminator passes gradients on but is itself locked: its weights take none, and its
  // moving statistics stay.
  discriminator_.set_trainable(false);
  generator_.set_trainable(true);
  const at::Tensor fake = generator_.forward(latent, training_context(/*update_statistics=*/true));
  const at::Tensor logits =
      discriminator_.logits(fake, training_context(/*update_statistics=*/false));
  const at::Tensor cost = generator_cost(logits, setup_.loss);
  descend(cost, generator_, *generator_optimizer_);
  generator_.set_trainable(false);
  return cost.item<double>();
}

void AdversarialGame::descend(const at::Tensor& cost, const Network& network,
                              Optimizer& optimizer) {
  static const std::string kUpdate = "optimizer";
  const GradientScope scope(network.flat_parameters());
  const ProfileScope whole(network.name(), "backward");
  const auto gradients = torch::autograd::grad({cost}, network.parameter_tensors());
  const ProfileScope update(kUpdate, "update");
  optimizer.step(gradients);
}

at::Tensor AdversarialGame::sample(int64_t count, RandomStream& random) const {
  const at::NoGradGuard no_grad;
  const auto generator = folded_generator_.of(generator_);
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
  const nlohmann::json counters = {
      {"generator_updates", generator_optimizer_->iterations()},
      {"discriminator_updates", discriminator_optimizer_->iterations()},
      {"latent_position", latent_random_.position()},
      {"dropout_position", dropout_random_.position()}};
  return {{{"generator", generator_.state()},
           {"discriminator", discriminator_.state()},
           {"generator_optimizer", generator_optimizer_->state()},
           {"discriminator_optimizer", discriminator_optimizer_->state()}},
          counters.dump()};
}

void AdversarialGame::load_state(const GameState& state, const std::string& source) {
  try {
    const auto counters = nlohmann::json::parse(state.counters);
    const auto count = [&](const char* name) { return counters.at(name).get<uint64_t>(); };
    load_sampler(state, source);
    discriminator_.load_state(state.files.at("discriminator"), source + ", discriminator");
    generator_optimizer_->load_state(state.files.at("generator_optimizer"),
                                     static_cast<int64_t>(count("generator_updates")),
                                     source + ", generator_optimizer");
    discriminator_optimizer_->load_state(state.files.at("discriminator_optimizer"),
                                         static_cast<int64_t>(count("discriminator_updates")),
                                         source + ", discriminator_optimizer");
    latent_random_.seek(count("latent_position"));
    dropout_random_.seek(count("dropout_position"));
  } catch (const nlohmann::json::exception& error) {
    fail(ErrorKind::kCheckpoint, "{} does not hold an adversarial game's counters: {}", source,
         error.what());
  } catch (const std::out_of_range&) {
    fail(ErrorKind::kCheckpoint, "{} lacks a file of an adversarial game", source);
  }
}

void AdversarialGame::load_sampler(const GameState& state, const std::string& source) {
  const auto found = state.files.find("generator");
  if (found == state.files.end()) {
    fail(ErrorKind::kCheckpoint, "{} holds no generator", source);
  }
  generator_.load_state(found->second, source + ", generator");
}

}  // namespace belamy
