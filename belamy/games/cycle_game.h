// CycleGAN: two generators that translate between two collections of images, each held to give back
// what the other made of an image. Zhu, Park, Isola and Efros, "Unpaired image-to-image translation
// using cycle-consistent adversarial networks" (2017).
#pragma once

#include <array>
#include <memory>
#include <optional>

#include "belamy/games/fake_pool.h"
#include "belamy/games/game.h"
#include "belamy/games/player.h"
#include "belamy/losses/adversarial_loss.h"
#include "belamy/nn/network.h"
#include "belamy/optim/learner.h"
#include "belamy/optim/weight_average.h"

namespace belamy {

/// The [game] section of type "cycle".
struct CycleOptions {
  double cycle_weight = 10.0;
  double identity_weight = 5.0;
  double self_weight = 0.0;
  int64_t pool_size = 50;
  TranslationUse use;

  void visit(OptionsVisitor& v);
};

struct CycleSetup {
  CycleOptions game;
  AdversarialLossOptions loss;
  PlayerOptions generator;      // of both directions
  PlayerOptions discriminator;  // of both sides
  OptimizerOptions optimizer;
  WeightAverageOptions average;  // of both generators
  Shape sample_shape;
  int64_t batch_size = 0;
  uint64_t seed = 0;
  Precision precision = Precision::kFp32;
};

/// Throws kShape unless generators make images of images and discriminators maps of logits.
void check_players(const CycleSetup& setup);

class CycleGame final : public Game {
 public:
  /// Throws as check_players.
  explicit CycleGame(CycleSetup setup);

  void start(int64_t rounds_done, int64_t rounds) override;
  int64_t batches_per_round() const override { return 1; }
  /// Throws kUsage for a batch without partners.
  RoundReport play(const Batch& real, bool detailed) override;
  at::Tensor sample(int64_t count, RandomStream& random) const override;
  bool draws_samples() const override { return false; }
  at::Tensor translate(const at::Tensor& images, Direction direction) const override;
  TranslationUse translation_use() const override { return setup_.game.use; }
  /// Columns: A, A as B, that as A again and, where the data know it, the true B; then the same
  /// from B.
  SampleSheet sheet(int64_t count, RandomStream& random, const Dataset& data) const override;
  /// Images of A as B.
  at::Tensor probe(int64_t count, RandomStream& random, const Dataset& data) const override;
  Shape sample_shape() const override { return setup_.sample_shape; }
  std::vector<const Network*> networks() const override;
  double multiply_adds_per_round() const override;
  GameState state() const override;
  void load_state(const GameState& state, const std::string& source) override;
  void load_sampler(const GameState& state, const std::string& source) override;

 private:
  /// One direction: the generator that makes a side's images and the discriminator of that side.
  struct Side {
    Side(const CycleSetup& setup, const std::string& from, const std::string& to);

    /// What translates for those who look on.
    const Network& translator() const { return averaged ? *averaged : generator; }

    Network generator;
    Network discriminator;
    Learner generator_learner;
    Learner discriminator_learner;
    FakePool pool;
    std::optional<Network> averaged;       // the generator's, when the recipe wants an average
    std::optional<WeightAverage> average;  // keeps it
  };

  struct GeneratorResult {
    double adversarial = 0, cycle = 0, identity = 0, change = 0;  // means of both directions
    std::array<at::Tensor, 2> fakes;                              // of B, of A
  };
  GeneratorResult train_generators(const std::array<at::Tensor, 2>& real);
  struct DiscriminatorResult {
    double cost = 0, accuracy_real = 0, accuracy_fake = 0;
  };
  DiscriminatorResult train_discriminator(Side& side, const at::Tensor& real,
                                          const at::Tensor& fake);
  ForwardContext training_context();

  CycleSetup setup_;
  std::array<Side, 2> sides_;  // B, whose generator is A to B; A
  RandomStream dropout_random_;
  RandomStream pool_random_;
  int64_t round_ = 0;
  int64_t rounds_ = 0;  // 0: not known
};

}  // namespace belamy
