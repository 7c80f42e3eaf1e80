#include "belamy/games/discriminator_trainer.h"

#include <ATen/ATen.h>

#include "belamy/losses/gradient_penalty.h"

namespace belamy {

DiscriminatorTrainer::DiscriminatorTrainer(Network& discriminator, Judge& judge,
                                           const AdversarialSetup& setup, RandomStream& dropout)
    : discriminator_(discriminator),
      judge_(judge),
      setup_(setup),
      learner_(discriminator, setup.discriminator.optimizer_or(setup.optimizer), setup.accumulate),
      dropout_(dropout),
      random_(setup.seed, "gradient_penalty") {}

ForwardContext DiscriminatorTrainer::context() const {
  return {Mode::kTraining, /*update_statistics=*/true, setup_.precision, &dropout_};
}

Judgements DiscriminatorTrainer::train(const Known& real, const Known& fake) {
  discriminator_.set_trainable(true);
  const Judgements judged = setup_.game.discriminator_batches == "two_updates"
                                ? step_on_each_half(real, fake)
                                : step_on_both(real, fake);
  clip_weights();
  return judged;
}

at::Tensor DiscriminatorTrainer::terms(const Judgements& judged) const {
  return discriminator_terms(judged.real.logits, judged.fake.logits, setup_.loss);
}

Judgements DiscriminatorTrainer::step_on_both(const Known& real, const Known& fake) {
  const std::vector<Known> reals = batches_of(real, setup_.batch_size),
                           fakes = batches_of(fake, setup_.batch_size);
  std::vector<Judgement> of_reals, of_fakes;
  for (size_t i = 0; i < reals.size(); ++i) {
    const Judgements judged = step_on_batch(reals[i], fakes[i]);
    of_reals.push_back(judged.real);
    of_fakes.push_back(judged.fake);
  }
  return {joined(of_reals), joined(of_fakes)};
}

Judgements DiscriminatorTrainer::step_on_batch(Known real, Known fake) {
  const PenaltyOptions& penalty = setup_.penalty;
  const bool is_penalised = penalty.has_gradients() && learner_.updates() % penalty.every == 0;
  if (is_penalised && penalty.r1 > 0) real.samples = as_slope_input(real.samples);
  if (is_penalised && penalty.r2 > 0) fake.samples = as_slope_input(fake.samples);
  const Judgements judged = judge_.judge(real, fake, context());
  at::Tensor cost = terms(judged);
  cost = judge_.with_class_cost(cost, judged.real, real.labels);
  cost = judge_.with_class_cost(cost, judged.fake, fake.labels);
  if (is_penalised) {
    cost = cost + static_cast<double>(penalty.every) * penalties(judged, real, fake);
  }
  learner_.descend(cost / 2,
                   is_penalised ? Learner::Graph::kHoldsGradients : Learner::Graph::kPlain);
  return {judged.real.detached(), judged.fake.detached()};
}

at::Tensor DiscriminatorTrainer::penalties(const Judgements& judged, const Known& real,
                                           const Known& fake) {
  const PenaltyOptions& penalty = setup_.penalty;
  at::Tensor sum = at::zeros({}, at::kFloat);
  if (penalty.r1 > 0) {
    sum = sum + penalty.r1 / 2 * squared_slope(judged.real.logits, real.samples);
  }
  if (penalty.r2 > 0) {
    sum = sum + penalty.r2 / 2 * squared_slope(judged.fake.logits, fake.samples);
  }
  if (penalty.gradient_penalty > 0) {
    Known mixed = real;
    mixed.samples = between(real.samples, fake.samples, setup_.game.packing, random_);
    ForwardContext of_mixed = context();
    of_mixed.update_statistics = false;  // they are of samples, which these are not
    const at::Tensor logits = judge_.judge(mixed, of_mixed).logits;
    sum = sum + penalty.gradient_penalty * slope_off_one(logits, mixed.samples);
  }
  return sum;
}

// Each half is a training step of its own on its whole cost, and only the report averages them.
Judgements DiscriminatorTrainer::step_on_each_half(const Known& real, const Known& fake) {
  const Judgement of_real = step_on_half(real, /*are_real=*/true);
  return {of_real, step_on_half(fake, /*are_real=*/false)};
}

Judgement DiscriminatorTrainer::step_on_half(const Known& samples, bool are_real) {
  std::vector<Judgement> all;
  for (const Known& batch : batches_of(samples, setup_.batch_size)) {
    const Judgement judged = judge_.judge(batch, context());
    const at::Tensor cost =
        are_real ? real_term(judged.logits, setup_.loss) : fake_term(judged.logits, setup_.loss);
    learner_.descend(judge_.with_class_cost(cost, judged, batch.labels));
    all.push_back(judged.detached());
  }
  return joined(all);
}

void DiscriminatorTrainer::clip_weights() {
  const double most = setup_.penalty.clip_weights;
  if (most == 0) return;
  const at::NoGradGuard no_grad;
  for (const NamedTensor& held : discriminator_.parameters()) {
    at::Tensor weight = held.tensor;
    weight.clamp_(-most, most);
  }
}

}  // namespace belamy
