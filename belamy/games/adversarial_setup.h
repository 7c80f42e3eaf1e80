// What an adversarial game is made of.
#pragma once

#include "belamy/games/diff_augment.h"
#include "belamy/games/latent_sampler.h"
#include "belamy/games/player.h"
#include "belamy/losses/adversarial_loss.h"
#include "belamy/losses/penalty_options.h"
#include "belamy/nn/precision.h"
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
  std::string condition = "none";
  double class_weight = 1.0;
  int64_t packing = 1;
  double instance_noise = 0;
  std::string instance_noise_decay = "linear";
  double feature_matching = 0;
  int64_t unrolled_steps = 0;
  double unrolled_rate = 0.1;

  void visit(OptionsVisitor& v);

  LatentPrior latent_prior() const {
    return latent == "uniform" ? LatentPrior::kUniform : LatentPrior::kNormal;
  }
};

/// All an adversarial game is made of.
struct AdversarialSetup {
  AdversarialOptions game;
  AdversarialLossOptions loss;
  PenaltyOptions penalty;
  PlayerOptions generator;
  PlayerOptions discriminator;
  OptimizerOptions optimizer;
  WeightAverageOptions average;
  AugmentOptions augment;
  Shape sample_shape;
  int64_t classes = 0;  // of the data
  int64_t batch_size = 0;
  int64_t accumulate = 1;  // batches an update
  uint64_t seed = 0;
  Precision precision = Precision::kFp32;
};

/// What the discriminator is given: `packing` samples, one after another along the channels of
/// images or the values of flat data.
Shape packed_shape(Shape sample, int64_t packing);
Shape packed_shape(const AdversarialSetup& setup);

/// Throws kShape unless the generator makes samples of the data's shape and the discriminator
/// judges them with one number, from a sigmoid or linear last layer (player.h); kRecipe when a
/// condition needs classes that the data have not, or augmentation images, or options exclude one
/// another.
void check_players(const AdversarialSetup& setup);

}  // namespace belamy
