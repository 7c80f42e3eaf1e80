// The plain adversarial game of Goodfellow et al. 2014: a generator against a discriminator.
#pragma once

#include <memory>
#include <optional>

#include "belamy/core/rng.h"
#include "belamy/games/game.h"
#include "belamy/losses/adversarial_loss.h"
#include "belamy/nn/folding.h"
#include "belamy/nn/network.h"
#include "belamy/optim/learner.h"
#include "belamy/optim/weight_average.h"

namespace belamy {

/// The [game] section.
struct AdversarialOptions {
  int64_t latent_size = 100;
  std::string latent = "normal";
  std::string discriminator_batches = "two_batches";
  std::string fakes = "training";
  std::string generator_noise = "fresh";
  int64_t discriminator_steps = 1;
  int64_t generator_steps = 1;

  void visit(OptionsVisitor& v);

  LatentPrior latent_prior() const {
    return latent == "uniform" ? LatentPrior::kUniform : LatentPrior::kNormal;
  }
};

/// The [generator] and [discriminator] sections.
struct PlayerOptions {
  std::vector<LayerOptions> layers;
  std::optional<OptimizerOptions> optimizer;  // the recipe's common one when missing

  void visit(OptionsVisitor& v) {
    v.list_of("layers", layers, "the network, layer by layer");
    v.optional_one_of("optimizer", optimizer, "this network's own; [optimizer] when missing");
  }
};

/// All an adversarial game is made of.
struct AdversarialSetup {
  AdversarialOptions game;
  AdversarialLossOptions loss;
  PlayerOptions generator;
  PlayerOptions discriminator;
  OptimizerOptions optimizer;
  WeightAverageOptions average;
  Shape sample_shape;
  int64_t batch_size = 0;
  int64_t accumulate = 1;  // batches an update
  uint64_t seed = 0;
  Precision precision = Precision::kFp32;
};

/// Throws kShape unless the generator makes samples of the data's shape and the discriminator
/// judges them with one number, from a sigmoid or linear last layer.
void check_players(const AdversarialSetup& setup);

class AdversarialGame final : public Game {
 public:
  /// Throws as check_players.
  explicit AdversarialGame(AdversarialSetup setup);

  void start(int64_t rounds_done, int64_t rounds) override;
  int64_t batches_per_round() const override {
    return setup_.game.discriminator_steps * setup_.accumulate;
  }
  RoundReport play(const at::Tensor& real, bool detailed) override;
  /// Of the averaged generator, if there is one.
  at::Tensor sample(int64_t count, RandomStream& random) const override;
  Shape sample_shape() const override { return setup_.sample_shape; }
  std::vector<const Network*> networks() const override { return {&generator_, &discriminator_}; }
  bool is_finite() const override;
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
    at::Tensor fake;      // [N, sample...]
    at::Tensor latent;    // [N, latent_size] that made it
    at::Tensor recorded;  // the fakes with their graph, when the generator is to learn from them
  };
  struct Logits {
    at::Tensor real;
    at::Tensor fake;
  };

  at::Tensor draw_latent(int64_t count, RandomStream& random) const;
  std::vector<at::Tensor> batches(const at::Tensor& samples) const;
  at::Tensor draw_fakes(const at::Tensor& latent);
  bool judges_same_fakes() const;
  /// Fakes in training mode whose graph leads to the generator.
  at::Tensor record_fakes(const at::Tensor& latent);
  DiscriminatorResult train_discriminator(const at::Tensor& real, bool record);
  Logits judge(const at::Tensor& real, const at::Tensor& fake);
  Logits step_on_both(const at::Tensor& real, const at::Tensor& fake);
  Logits step_on_each_half(const at::Tensor& real, const at::Tensor& fake);
  at::Tensor step_on_half(const at::Tensor& samples, bool are_real);
  /// On fakes made of the latent vectors, batch by batch; or on one batch of recorded fakes.
  double train_generator(const at::Tensor& latent);
  double train_generator_on(const at::Tensor& fake);
  void load_average(const GameState& state, int64_t updates, const std::string& source);
  ForwardContext training_context(bool update_statistics);

  AdversarialSetup setup_;
  Network generator_;
  FoldedNetwork folded_generator_;  // what samples are drawn with
  Network discriminator_;
  Learner generator_learner_;
  Learner discriminator_learner_;
  std::optional<Network> averaged_;       // the generator's, when the recipe wants an average
  std::optional<WeightAverage> average_;  // keeps it
  int64_t round_ = 0;
  int64_t rounds_ = 0;  // 0: not known
  RandomStream latent_random_;
  RandomStream dropout_random_;
};

}  // namespace belamy
