// The plain adversarial game of Goodfellow et al. 2014, a generator against a discriminator, and
// its conditional forms, in which both know the class of a sample.
#pragma once

#include <memory>
#include <optional>

#include "belamy/core/rng.h"
#include "belamy/games/discriminator_trainer.h"
#include "belamy/games/game.h"
#include "belamy/games/generator_cost.h"
#include "belamy/nn/folding.h"
#include "belamy/nn/network.h"
#include "belamy/optim/learner.h"
#include "belamy/optim/weight_average.h"

namespace belamy {

class AdversarialGame final : public Game {
 public:
  /// Throws as check_players.
  explicit AdversarialGame(AdversarialSetup setup);

  void start(int64_t rounds_done, int64_t rounds) override;
  int64_t batches_per_round() const override {
    return setup_.game.discriminator_steps * setup_.accumulate;
  }
  RoundReport play(const Batch& real, bool detailed) override;
  /// Of the averaged generator, if there is one.
  at::Tensor sample(int64_t count, RandomStream& random) const override;
  int64_t classes() const override;
  at::Tensor sample_classes(const std::vector<int64_t>& labels,
                            RandomStream& random) const override;
  SampleSheet sheet(int64_t count, RandomStream& random, const Dataset& data) const override;
  double multiply_adds_per_round() const override;
  Shape sample_shape() const override { return setup_.sample_shape; }
  std::vector<const Network*> networks() const override { return {&generator_, &discriminator_}; }
  GameState state() const override;
  void load_state(const GameState& state, const std::string& source) override;
  void load_sampler(const GameState& state, const std::string& source) override;
  void load_discriminator(const GameState& state, const std::string& source) override;
  std::unique_ptr<LatentSampler> latent_sampler(std::optional<int64_t> label) const override;

  /// As the last step left it; after load_sampler(), with the weights that were chosen.
  const Network& generator() const { return generator_; }
  const Network& discriminator() const { return discriminator_; }

 private:
  struct DiscriminatorResult {
    double cost = 0;  // C_D = (real term + fake term) / 2
    double accuracy_real = 0;
    double accuracy_fake = 0;
    double class_accuracy = 0;  // of real samples, with an auxiliary classifier
    Known fake;                 // samples [N, sample...]
    Known latent;               // [N, latent_size] that made them
    Known recorded;  // the fakes with their graph, when the generator is to learn from them
  };

  bool is_conditional() const { return condition_ != Condition::kNone; }
  at::Tensor draw_latent(int64_t count, RandomStream& random) const;
  Known known(const at::Tensor& samples, const at::Tensor& labels) const;
  at::Tensor generate(const Network& generator, const Known& latent,
                      const ForwardContext& context) const;
  Known draw_fakes(const Known& latent);
  bool judges_same_fakes() const;
  /// Fakes in training mode whose graph leads to the generator.
  Known record_fakes(const Known& latent);
  DiscriminatorResult train_discriminator(const Known& real, bool record);
  /// On fakes made of the latent vectors, batch by batch; or on one batch of recorded fakes. `real`
  /// is what the discriminator learnt from last.
  double train_generator(const Known& real, const Known& latent);
  double train_generator_on(const Known& real, const Known& fake);
  GeneratorCost cost_now(const Known& real, const Known& fake);
  GeneratorCost cost_ahead(const Known& real, const Known& fake);
  void load_average(const GameState& state, int64_t updates, const std::string& source);
  ForwardContext training_context(bool update_statistics);

  AdversarialSetup setup_;
  Condition condition_;
  Network generator_;
  bool generator_depends_on_mode_;
  FoldedNetwork folded_generator_;  // what samples are drawn with
  Network discriminator_;
  Judge judge_;
  Learner generator_learner_;
  RandomStream dropout_random_;
  DiscriminatorTrainer discriminator_trainer_;
  std::optional<Network> averaged_;       // the generator's, when the recipe wants an average
  std::optional<WeightAverage> average_;  // keeps it
  int64_t round_ = 0;
  int64_t rounds_ = 0;  // 0: not known
  RandomStream latent_random_;
};

}  // namespace belamy
