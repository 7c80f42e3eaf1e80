// The adversarial set-up: which networks are the players, what one round does, what it can
// sample. The trainer knows only this interface.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "belamy/games/batch.h"
#include "belamy/games/latent_sampler.h"
#include "belamy/nn/named_tensor.h"
#include "belamy/nn/shape.h"

namespace belamy {

class Dataset;
class Network;
class RandomStream;

/// What a round reports: named numbers in the order they are logged, and a line for people.
struct RoundReport {
  std::vector<std::pair<std::string, double>> scalars;
  std::string line;
};

/// Everything a game must remember to go on exactly: tensors by file (the name of a safetensors
/// file without its ending), and counters as a JSON object. A counter whose name ends in
/// "_position" is a random stream's.
struct GameState {
  std::map<std::string, std::vector<NamedTensor>> files;
  std::string counters;
};

/// What a training shows of itself; `columns` of the grid, 0 where it does not matter.
struct SampleSheet {
  at::Tensor samples;  // [count, sample...] float32 in the data's range
  int64_t columns = 0;
};

/// Between the two sides of a translation.
enum class Direction { kAToB, kBToA };

/// How a game's translations are used where nothing else is asked for: see TranslationOptions
/// (sampling/translation.h).
struct TranslationUse {
  double strength = 1;
  bool self_ensemble = false;
};

class Game {
 public:
  virtual ~Game() = default;

  /// Called before a training's first round: how many are done, and how many there will be in all.
  /// Learning-rate schedules go by that; without it they stand at their first round.
  virtual void start(int64_t /*rounds_done*/, int64_t /*rounds*/) {}

  /// How many batches of real samples a round takes.
  virtual int64_t batches_per_round() const = 0;

  /// One round. real: batches * batch_size samples. A `detailed` report also carries what costs
  /// extra to compute.
  virtual RoundReport play(const Batch& real, bool detailed) = 0;

  /// `count` samples, [count, sample...] float32 in the data's range, of latent vectors drawn from
  /// `random`. Networks are in inference mode; no gradients.
  /// A game with classes gives them in turn. Throws kUsage where samples are not made of latent
  /// vectors.
  virtual at::Tensor sample(int64_t count, RandomStream& random) const = 0;

  /// Whether sample() does, and does not throw.
  virtual bool draws_samples() const { return true; }

  /// How many classes can be asked for; 0 when the game knows none.
  virtual int64_t classes() const { return 0; }

  /// A sample a label, of latent vectors drawn from `random`. Throws kUsage for a label outside
  /// 0..classes()-1, or a game without classes.
  virtual at::Tensor sample_classes(const std::vector<int64_t>& labels, RandomStream& random) const;

  /// Images [N, C, H, W] of one side as ones of the other. Throws kUsage for a game that does not
  /// translate.
  virtual at::Tensor translate(const at::Tensor& images, Direction direction) const;

  virtual TranslationUse translation_use() const { return {}; }

  /// About `count` samples for a picture of the training's state; `data` are what it learns from.
  virtual SampleSheet sheet(int64_t count, RandomStream& random, const Dataset& data) const;

  /// `count` things the generator makes, as unlike each other as it makes them: by which the
  /// training's health is judged. sample() unless the game makes them of `data`.
  virtual at::Tensor probe(int64_t count, RandomStream& random, const Dataset& data) const;

  virtual Shape sample_shape() const = 0;

  /// Every network, for summaries.
  virtual std::vector<const Network*> networks() const = 0;

  /// Of a round, for a share of the machine's peak: all forward and backward passes.
  virtual double multiply_adds_per_round() const = 0;

  /// Whether all weights are finite numbers.
  virtual bool is_finite() const;

  virtual GameState state() const = 0;
  /// Throws kCheckpoint naming `source` when the state is another game's.
  virtual void load_state(const GameState& state, const std::string& source) = 0;

  /// Loads only what sampling needs, from load_weights() (train/checkpoint.h): "NAME" are the
  /// weights to sample with, averaged or not.
  virtual void load_sampler(const GameState& state, const std::string& source) = 0;

  /// Loads the discriminator for LatentSampler::discriminator_logits. Throws as load_sampler, and
  /// kUsage in a game without latent vectors.
  virtual void load_discriminator(const GameState& state, const std::string& source);

  /// The game as a map from latent vectors to samples; `label` chooses the class of a conditional
  /// game. Throws kUsage, saying what to do instead, where a class is missing, unknown or no
  /// part of the game, and where samples are not made of one latent vector.
  virtual std::unique_ptr<LatentSampler> latent_sampler(
      std::optional<int64_t> label = std::nullopt) const;
};

}  // namespace belamy
