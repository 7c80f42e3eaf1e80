// The plain adversarial game of Goodfellow et al. 2014: a generator against a discriminator.
#pragma once

#include <memory>
#include <optional>

#include "belamy/core/rng.h"
#include "belamy/games/game.h"
#include "belamy/losses/adversarial_loss.h"
#include "belamy/nn/folding.h"
#include "belamy/nn/network.h"
#include "belamy/optim/optimizer.h"

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
  Shape sample_shape;
  int64_t batch_size = 0;
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

  int64_t batches_per_round() const override { return setup_.game.discriminator_steps; }
  RoundReport play(const at::Tensor& real, bool detailed) override;
  at::Tensor sample(int64_t count, RandomStream& random) const override;
  Shape sample_shape() const override { return setup_.sample_shape; }
  std::vector<const Network*> networks() const override { return {&generator_, &discriminator_}; }
  bool is_finite() const override;
  GameState state() const override;
  void load_state(const GameState& state, const std::string& source) override;
  void load_sampler(const GameState& state, const std::string& source) override;

  const Network& generator() const { return generator_; }
  const Network& discriminator() const { return discriminator_; }

 private:
  struct DiscriminatorResult {
    double cost = 0;  // C_D = (real term + fake term) / 2
    double accuracy_real = 0;
    double accuracy_fake = 0;
    at::Tensor fake;    // [N, sample...]
    at::Tensor latent;  // [N, latent_size] that made it
  };
  struct Logits {
    at::Tensor real;
    at::Tensor fake;
  };

  at::Tensor draw_latent(int64_t count, RandomStream& random) const;
  at::Tensor draw_fakes(const at::Tensor& latent);
  DiscriminatorResult train_discriminator(const at::Tensor& real);
  Logits judge(const at::Tensor& real, const at::Tensor& fake);
  Logits step_on_each_half(const at::Tensor& real, const at::Tensor& fake);
  double train_generator(const at::Tensor& latent);
  void descend(const at::Tensor& cost, const Network& network, Optimizer& optimizer);
  ForwardContext training_context(bool update_statistics);

  AdversarialSetup setup_;
  Network generator_;
  FoldedNetwork folded_generator_;  // what samples are drawn with
  Network discriminator_;
  std::unique_ptr<Optimizer> generator_optimizer_;
  std::unique_ptr<Optimizer> discriminator_optimizer_;
  RandomStream latent_random_;
  RandomStream dropout_random_;
};

}  // namespace belamy
