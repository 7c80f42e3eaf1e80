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

#include "belamy/games/latent_sampler.h"
#include "belamy/nn/named_tensor.h"
#include "belamy/nn/shape.h"

namespace belamy {

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

class Game {
 public:
  virtual ~Game() = default;

  /// Called before a training's first round: how many are done, and how many there will be in all.
  /// Learning-rate schedules go by that; without it they stand at their first round.
  virtual void start(int64_t /*rounds_done*/, int64_t /*rounds*/) {}

  /// How many batches of real samples a round takes.
  virtual int64_t batches_per_round() const = 0;

  /// One round. real: [batches * batch_size, sample...] float32 in the data's range. A `detailed`
  /// report also carries what costs extra to compute.
  virtual RoundReport play(const at::Tensor& real, bool detailed) = 0;

  /// `count` samples, [count, sample...] float32 in the data's range, of latent vectors drawn from
  /// `random`. Networks are in inference mode; no gradients.
  virtual at::Tensor sample(int64_t count, RandomStream& random) const = 0;

  virtual Shape sample_shape() const = 0;

  /// Every network, for summaries.
  virtual std::vector<const Network*> networks() const = 0;

  /// Whether all weights are finite numbers.
  virtual bool is_finite() const = 0;

  virtual GameState state() const = 0;
  /// Throws kCheckpoint naming `source` when the state is another game's.
  virtual void load_state(const GameState& state, const std::string& source) = 0;

  /// Loads only what sampling needs, from load_weights() (train/checkpoint.h): "NAME" are the
  /// weights to sample with, averaged or not.
  virtual void load_sampler(const GameState& state, const std::string& source) = 0;

  /// Loads the discriminator for LatentSampler::discriminator_logits. Throws as load_sampler.
  virtual void load_discriminator(const GameState& state, const std::string& source) = 0;

  /// The game as a map from latent vectors to samples; `label` chooses the class of a conditional
  /// game. Throws kUsage, saying what to do instead, where a class is missing, unknown or no
  /// part of the game, and where samples are not made of one latent vector.
  virtual std::unique_ptr<LatentSampler> latent_sampler(
      std::optional<int64_t> label = std::nullopt) const = 0;
};

}  // namespace belamy
