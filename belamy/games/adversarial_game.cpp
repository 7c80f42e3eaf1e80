#include "belamy/games/adversarial_game.h"

#include <ATen/ATen.h>

#include <algorithm>

#include "belamy/core/json_text.h"
#include "belamy/games/accuracy.h"
#include "belamy/games/plain_latent_sampler.h"
#include "belamy/games/unrolled.h"
#include "belamy/kernels/moments.h"
#include "belamy/nn/mode_dependence.h"

namespace belamy {
namespace {

constexpr int64_t kSamplingBatch = 256;  // bounds memory while sampling

kernels::Moments pixel_moments(const at::Tensor& pixels) {
  const at::Tensor dense = pixels.detach().contiguous();
  return kernels::moments(dense.data_ptr<float>(), static_cast<size_t>(dense.numel()));
}

void require_class(int64_t label, int64_t classes) {
  if (label >= 0 && label < classes) return;
  fail(ErrorKind::kUsage, "a class must be 0..{}, got {}", classes - 1, label);
}

void load_network(Network& network, const GameState& state, const std::string& source) {
  const auto found = state.files.find(network.name());
  if (found == state.files.end()) {
    fail(ErrorKind::kCheckpoint, "{} holds no {}", source, network.name());
  }
  network.load_state(found->second, source + ", " + network.name());
}

NetworkGraph generator_graph_of(const AdversarialSetup& setup) {
  return generator_graph(setup.generator, {setup.game.latent_size}, setup.sample_shape,
                         condition_of(setup.game.condition), setup.classes);
}

}  // namespace

AdversarialGame::AdversarialGame(AdversarialSetup setup)
    : setup_((check_players(setup), std::move(setup))),
      condition_(condition_of(setup_.game.condition)),
      generator_("generator", generator_graph_of(setup_), setup_.seed),
      generator_depends_on_mode_(depends_on_mode(generator_graph_of(setup_))),
      discriminator_("discriminator",
                     discriminator_graph(setup_.discriminator, packed_shape(setup_), condition_,
                                         setup_.classes),
                     setup_.seed),
      judge_(discriminator_, setup_),
      generator_learner_(generator_, setup_.generator.optimizer_or(setup_.optimizer),
                         setup_.accumulate),
      dropout_random_(setup_.seed, "dropout"),
      discriminator_trainer_(discriminator_, judge_, setup_, dropout_random_),
      latent_random_(setup_.seed, "latent") {
  if (setup_.average.decay == 0) return;
  averaged_.emplace("averaged generator", generator_graph_of(setup_), setup_.seed);
  average_.emplace(generator_, *averaged_, setup_.average);
}

void AdversarialGame::start(int64_t rounds_done, int64_t rounds) {
  round_ = rounds_done;
  rounds_ = rounds;
}

RoundReport AdversarialGame::play(const Batch& real, bool detailed) {
  for (Learner* learner : {&generator_learner_, &discriminator_trainer_.learner()}) {
    learner->begin_round(round_, rounds_, /*measure=*/detailed);
  }
  judge_.begin_round(round_, rounds_);
  ++round_;
  const int64_t a_step = setup_.batch_size * setup_.accumulate, all = real.samples.size(0);
  DiscriminatorResult judged;
  Known step;
  for (int64_t first = 0; first < all; first += a_step) {
    step = known(part(real.samples, first, a_step), part(real.labels, first, a_step));
    judged = train_discriminator(step, judges_same_fakes() && first + a_step == all);
  }

  double generator_cost = 0;
  for (int64_t i = 0; i < setup_.game.generator_steps; ++i) {
    const bool shared = setup_.game.generator_noise == "shared" && i == 0;
    if (shared && judged.recorded.samples.defined()) {
      generator_cost = train_generator_on(step, judged.recorded);
    } else {
      Known latent = judged.latent;
      if (!shared) latent.samples = draw_latent(a_step, latent_random_);
      generator_cost = train_generator(step, latent);
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
  if (judge_.names_class()) {
    report.scalars.emplace_back("class_accuracy", judged.class_accuracy);
  }
  report.line = fmt::format("[D loss: {:.6f}, acc.: {:.2f}%] [G loss: {:.6f}]", judged.cost,
                            100 * accuracy, generator_cost);
  if (detailed) {
    const kernels::Moments of_real = pixel_moments(real.samples);
    const kernels::Moments of_fake = pixel_moments(judged.fake.samples);
    report.scalars.insert(
        report.scalars.end(),
        {{"real_mean", of_real.mean},
         {"real_std", of_real.standard_deviation},
         {"fake_mean", of_fake.mean},
         {"fake_std", of_fake.standard_deviation},
         {"generator_gradient_norm", generator_learner_.gradient_norm()},
         {"discriminator_gradient_norm", discriminator_trainer_.learner().gradient_norm()}});
  }
  return report;
}

at::Tensor AdversarialGame::draw_latent(int64_t count, RandomStream& random) const {
  return draw_latent_vectors(count, setup_.game.latent_size, setup_.game.latent_prior(), random);
}

Known AdversarialGame::known(const at::Tensor& samples, const at::Tensor& labels) const {
  if (!is_conditional()) return {samples, {}, {}};
  return {samples, labels, at::one_hot(labels, setup_.classes).to(at::kFloat)};
}

at::Tensor AdversarialGame::generate(const Network& generator, const Known& latent,
                                     const ForwardContext& context) const {
  if (!is_conditional()) return generator.forward(latent.samples, context);
  return generator.forward({latent.samples, latent.one_hot}, context);
}

Known AdversarialGame::draw_fakes(const Known& latent) {
  const at::NoGradGuard no_grad;
  std::vector<at::Tensor> fakes;
  for (const Known& batch : batches_of(latent, setup_.batch_size)) {
    const ForwardContext context = setup_.game.fakes == "training"
                                       ? training_context(/*update_statistics=*/false)
                                       : ForwardContext{.precision = setup_.precision};
    fakes.push_back(generate(generator_, batch, context));
  }
  return {joined(fakes), latent.labels, latent.one_hot};
}

ForwardContext AdversarialGame::training_context(bool update_statistics) {
  return {Mode::kTraining, update_statistics, setup_.precision, &dropout_random_};
}

// Fakes are of the real samples' classes: both sides then have the data's own share of each.
AdversarialGame::DiscriminatorResult AdversarialGame::train_discriminator(const Known& real,
                                                                          bool record) {
  DiscriminatorResult result;
  result.latent = {draw_latent(real.samples.size(0), latent_random_), real.labels, real.one_hot};
  if (record) {
    result.recorded = record_fakes(result.latent);
    result.fake = {result.recorded.samples.detach(), real.labels, real.one_hot};
  } else {
    result.fake = draw_fakes(result.latent);
  }

  const Judgements judged = discriminator_trainer_.train(real, result.fake);
  const double threshold = decision_threshold(setup_.loss);
  result.cost = (discriminator_trainer_.terms(judged) / 2).item<double>();
  result.accuracy_real = share_above(judged.real.logits, threshold);
  result.accuracy_fake = share_up_to(judged.fake.logits, threshold);
  if (judge_.names_class()) {
    const at::Tensor is_right = judged.real.classes.argmax(1) == real.labels;
    result.class_accuracy = is_right.to(at::kDouble).mean().item<double>();
  }
  return result;
}

// One pass serves both updates: the generator's weights do not change between them, nor does it
// compute anything else in training. Of accumulated batches all the graphs would have to be kept.
bool AdversarialGame::judges_same_fakes() const {
  return (setup_.game.fakes == "training" || !generator_depends_on_mode_) &&
         setup_.game.generator_noise == "shared" && setup_.accumulate == 1;
}

Known AdversarialGame::record_fakes(const Known& latent) {
  generator_.set_trainable(true);
  const at::Tensor fake =
      generate(generator_, latent, training_context(/*update_statistics=*/true));
  generator_.set_trainable(false);
  return {fake, latent.labels, latent.one_hot};
}

double AdversarialGame::train_generator(const Known& real, const Known& latent) {
  const std::vector<Known> reals = batches_of(real, setup_.batch_size),
                           latents = batches_of(latent, setup_.batch_size);
  double cost = 0;
  for (size_t i = 0; i < latents.size(); ++i) {
    cost += train_generator_on(reals[i], record_fakes(latents[i]));
  }
  return cost / static_cast<double>(setup_.accumulate);
}

double AdversarialGame::train_generator_on(const Known& real, const Known& fake) {
  generator_.set_trainable(true);
  const GeneratorCost cost =
      setup_.game.unrolled_steps > 0 ? cost_ahead(real, fake) : cost_now(real, fake);
  generator_learner_.descend(cost.whole);
  generator_.set_trainable(false);
  return cost.adversarial.item<double>();
}

GeneratorCost AdversarialGame::cost_now(const Known& real, const Known& fake) {
  // The discriminator passes gradients on but is itself locked: its weights take none, and its
  // moving statistics stay.
  discriminator_.set_trainable(false);
  return judged_cost(judge_, setup_, real, fake, training_context(/*update_statistics=*/false));
}

GeneratorCost AdversarialGame::cost_ahead(const Known& real, const Known& fake) {
  const ForwardContext context = training_context(/*update_statistics=*/false);
  const auto known_as = [&](const at::Tensor& samples) {
    return Known{samples, fake.labels, fake.one_hot};
  };
  at::Tensor adversarial;
  const Unrolling unrolling{
      .steps = setup_.game.unrolled_steps,
      .rate = setup_.game.unrolled_rate,
      .discriminator_cost =
          [&](const at::Tensor& samples) {
            return discriminator_trainer_.terms(judge_.judge(real, known_as(samples), context)) / 2;
          },
      .generator_cost =
          [&](const at::Tensor& samples) {
            GeneratorCost cost = judged_cost(judge_, setup_, real, known_as(samples), context);
            adversarial = cost.adversarial.detach();
            return cost.whole;
          },
      .streams = {&dropout_random_, &judge_.random(), &judge_.noise_random()}};
  const at::Tensor whole = unrolled_cost(discriminator_, fake.samples, unrolling);
  discriminator_.set_trainable(false);
  return {whole, adversarial};
}

at::Tensor AdversarialGame::sample(int64_t count, RandomStream& random) const {
  std::vector<int64_t> labels(is_conditional() ? static_cast<size_t>(count) : 0);
  for (size_t i = 0; i < labels.size(); ++i) labels[i] = static_cast<int64_t>(i) % setup_.classes;
  if (is_conditional()) return sample_classes(labels, random);
  const at::NoGradGuard no_grad;
  const auto generator = folded_generator_.of(averaged_ ? *averaged_ : generator_);
  std::vector<at::Tensor> parts;
  for (int64_t done = 0; done < count; done += kSamplingBatch) {
    const at::Tensor latent = draw_latent(std::min(kSamplingBatch, count - done), random);
    parts.push_back(generator->forward(latent, {.precision = setup_.precision}).contiguous());
  }
  return at::cat(parts);
}

int64_t AdversarialGame::classes() const {
  return is_conditional() ? setup_.classes : 0;
}

at::Tensor AdversarialGame::sample_classes(const std::vector<int64_t>& labels,
                                           RandomStream& random) const {
  if (!is_conditional()) return Game::sample_classes(labels, random);
  for (const int64_t label : labels) require_class(label, setup_.classes);
  const at::NoGradGuard no_grad;
  std::vector<at::Tensor> parts;
  for (const at::Tensor& asked : at::tensor(labels, at::kLong).split(kSamplingBatch)) {
    const Known latent = known(draw_latent(asked.size(0), random), asked);
    parts.push_back(
        generate(averaged_ ? *averaged_ : generator_, latent, {.precision = setup_.precision})
            .contiguous());
  }
  return at::cat(parts);
}

// With classes a row is one of them.
SampleSheet AdversarialGame::sheet(int64_t count, RandomStream& random, const Dataset&) const {
  if (!is_conditional()) return {sample(count, random), 0};
  const int64_t columns = std::max<int64_t>(count / setup_.classes, 1);
  std::vector<int64_t> labels;
  for (int64_t i = 0; i < setup_.classes * columns; ++i) labels.push_back(i / columns);
  return {sample_classes(labels, random), columns};
}

// A forward pass is one unit of a network's arithmetic, the gradients of its inputs and of its
// weights one more each, without those of what it is given. The discriminator step runs G forward
// and D in full on real and fake; the generator step runs D forward and back to its input, and G in
// full. Penalties and unrolled steps are not counted.
double AdversarialGame::multiply_adds_per_round() const {
  const auto g = static_cast<double>(generator_.multiply_adds());
  const auto g_first = static_cast<double>(generator_.first_multiply_adds());
  const auto packing = static_cast<double>(setup_.game.packing);
  const auto d = static_cast<double>(discriminator_.multiply_adds()) / packing;
  const auto d_first = static_cast<double>(discriminator_.first_multiply_adds()) / packing;
  const auto d_steps = static_cast<double>(setup_.game.discriminator_steps);
  const auto g_steps = static_cast<double>(setup_.game.generator_steps);
  const double fakes = d_steps + g_steps - (judges_same_fakes() ? 1 : 0);
  return static_cast<double>(setup_.batch_size * setup_.accumulate) *
         (fakes * g + g_steps * (2 * g - g_first + 2 * d) + d_steps * 2 * (3 * d - d_first));
}

GameState AdversarialGame::state() const {
  nlohmann::json counters = {{"generator_updates", generator_learner_.updates()},
                             {"discriminator_updates", discriminator_trainer_.learner().updates()},
                             {"latent_position", latent_random_.position()},
                             {"dropout_position", dropout_random_.position()},
                             {"augment_position", judge_.random().position()},
                             {"noise_position", judge_.noise_random().position()},
                             {"penalty_position", discriminator_trainer_.random().position()}};
  GameState state;
  state.files = {{"generator", generator_.state()},
                 {"discriminator", discriminator_.state()},
                 {"generator_optimizer", generator_learner_.state()},
                 {"discriminator_optimizer", discriminator_trainer_.learner().state()}};
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
    const auto count = [&](const char* name) { return count_from(counters.at(name)); };
    const auto count_if_told = [&](const char* name) {
      return counters.contains(name) ? count(name) : 0;
    };
    load_network(generator_, state, source);
    load_discriminator(state, source);
    generator_learner_.load_state(state.files.at("generator_optimizer"), count("generator_updates"),
                                  source + ", generator_optimizer");
    discriminator_trainer_.learner().load_state(state.files.at("discriminator_optimizer"),
                                                count("discriminator_updates"),
                                                source + ", discriminator_optimizer");
    load_average(state, count_if_told("average_updates"), source);
    const auto seek = [](RandomStream& stream, int64_t position) {
      stream.seek(static_cast<uint64_t>(position));
    };
    seek(latent_random_, count("latent_position"));
    seek(dropout_random_, count("dropout_position"));
    seek(judge_.random(), count_if_told("augment_position"));
    seek(judge_.noise_random(), count_if_told("noise_position"));
    seek(discriminator_trainer_.random(), count_if_told("penalty_position"));
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
  if (label && !is_conditional()) {
    fail(ErrorKind::kUsage,
         "this run's game is not conditional: it has learned no classes to choose from; `belamy "
         "latent mean RUN --class {}` finds latent vectors of a class by a classifier",
         *label);
  }
  PlainLatentSampler::Parts parts{averaged_ ? *averaged_ : generator_, discriminator_,
                                  setup_.game.latent_prior(), setup_.precision};
  parts.packing = setup_.game.packing;
  if (is_conditional()) {
    if (!label) {
      fail(ErrorKind::kUsage, "this run's game is conditional; choose a class, --class 0..{}",
           setup_.classes - 1);
    }
    require_class(*label, setup_.classes);
    parts.one_hot = known({}, at::tensor({*label}, at::kLong)).one_hot;
    parts.discriminator_told = judge_.tells_class();
  }
  return std::make_unique<PlainLatentSampler>(std::move(parts));
}

}  // namespace belamy
