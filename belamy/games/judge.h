// How an adversarial game's discriminator is asked: samples augmented, under noise and packed, told
// their class or asked for it.
#pragma once

#include "belamy/core/rng.h"
#include "belamy/games/adversarial_setup.h"
#include "belamy/nn/network.h"

namespace belamy {

/// Samples and, in a conditional game, the classes that the networks are told.
struct Known {
  at::Tensor samples;  // [N, ...]; or latent vectors
  at::Tensor labels;   // [N]
  at::Tensor one_hot;  // [N, classes]
};

/// What the discriminator says of samples.
struct Judgement {
  at::Tensor logits;    // [N, 1], a number a pack
  at::Tensor classes;   // [N, classes] logits; undefined without an auxiliary classifier
  at::Tensor features;  // [N, F], what enters the last layer; undefined without feature matching

  /// Without graph and features.
  Judgement detached() const;
  Judgement part(int64_t first, int64_t count) const;
};

struct Judgements {
  Judgement real, fake;
};

/// Both must outlive it.
class Judge {
 public:
  Judge(const Network& discriminator, const AdversarialSetup& setup);

  /// Whether the discriminator has the class for an input.
  bool tells_class() const;
  bool names_class() const { return condition_ == Condition::kAuxiliary; }

  /// Of how many rounds which one is played: instance noise falls with them. 0 rounds: not known.
  void begin_round(int64_t round, int64_t rounds);

  Judgement judge(const Known& given, const ForwardContext& context);

  /// In one batch or in two, as the game's options say.
  Judgements judge(const Known& real, const Known& fake, const ForwardContext& context);

  /// `cost`, and with an auxiliary classifier the cross-entropy of the classes it names (Odena et
  /// al. 2017, for real and fake alike).
  at::Tensor with_class_cost(const at::Tensor& cost, const Judgement& judgement,
                             const at::Tensor& labels) const;

  /// Of the augmentations, and of instance noise.
  RandomStream& random() { return random_; }
  const RandomStream& random() const { return random_; }
  RandomStream& noise_random() { return noise_random_; }
  const RandomStream& noise_random() const { return noise_random_; }

 private:
  at::Tensor seen(const at::Tensor& samples);
  at::Tensor under_noise(const at::Tensor& samples);

  const Network& discriminator_;
  const AdversarialSetup& setup_;
  Condition condition_;
  RandomStream random_;
  RandomStream noise_random_;
  double noise_ = 0;  // deviation, of this round
};

/// The parts one after another; without a copy when there is one, undefined when they are.
at::Tensor joined(const std::vector<at::Tensor>& parts);

Judgement joined(const std::vector<Judgement>& parts);

/// Batches of `size`, which divides their number.
std::vector<Known> batches_of(const Known& all, int64_t size);

/// `count` entries of a tensor from `first` on; undefined when it is.
at::Tensor part(const at::Tensor& of, int64_t first, int64_t count);

}  // namespace belamy
