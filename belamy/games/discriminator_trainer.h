// The discriminator's half of an adversarial game's round.
#pragma once

#include "belamy/games/judge.h"
#include "belamy/optim/learner.h"

namespace belamy {

class DiscriminatorTrainer {
 public:
  /// Changes `discriminator` in place. All must outlive it; `dropout` is the game's stream.
  DiscriminatorTrainer(Network& discriminator, Judge& judge, const AdversarialSetup& setup,
                       RandomStream& dropout);

  /// An update on samples that make setup.accumulate batches; two with "two_updates". Returns what
  /// the discriminator said of them meanwhile, detached.
  Judgements train(const Known& real, const Known& fake);

  /// Twice the discriminator's cost on a batch, without penalties and classes.
  at::Tensor terms(const Judgements& judged) const;

  Learner& learner() { return learner_; }
  const Learner& learner() const { return learner_; }
  /// Of the places where WGAN-GP takes slopes.
  RandomStream& random() { return random_; }
  const RandomStream& random() const { return random_; }

 private:
  Judgements step_on_both(const Known& real, const Known& fake);
  Judgements step_on_each_half(const Known& real, const Known& fake);
  Judgement step_on_half(const Known& samples, bool are_real);
  Judgements step_on_batch(Known real, Known fake);
  at::Tensor penalties(const Judgements& judged, const Known& real, const Known& fake);
  void clip_weights();
  ForwardContext context() const;

  Network& discriminator_;
  Judge& judge_;
  const AdversarialSetup& setup_;
  Learner learner_;
  RandomStream& dropout_;
  RandomStream random_;
};

}  // namespace belamy
