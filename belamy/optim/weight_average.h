// A moving average of a network's weights: of the generators seen in training it samples better
// than the last one. Yazıcı et al., "The unusual effectiveness of averaging in GAN training"
// (2019).
#pragma once

#include "belamy/core/options.h"
#include "belamy/nn/network.h"

namespace belamy {

struct WeightAverageOptions {
  double decay = 0.999;
  bool warm_up = true;

  void visit(OptionsVisitor& v) {
    v.number("decay", decay, {0, 1}, "share of the average kept at an update");
    v.boolean("warm_up", warm_up,
              "update t = 0, 1, ... keeps at most (1 + t) / (10 + t), so that the untrained start "
              "is soon forgotten");
  }
};

class WeightAverage {
 public:
  /// Starts as the network is. Follows its own tensors, which must be updated in place.
  explicit WeightAverage(const Network& network, WeightAverageOptions options = {});

  /// average += (1 - decay) * (network - average), of moving statistics too, in one pass.
  void update();

  /// Updates done so far.
  int64_t updates() const { return updates_; }

  /// Under the names and in the order of Network::state(), so that a network can load it.
  const std::vector<NamedTensor>& state() const { return state_; }
  /// Throws as copy_tensors.
  void load_state(const std::vector<NamedTensor>& tensors, int64_t updates,
                  const std::string& source);

 private:
  struct Followed {
    FlatTensors network;
    FlatTensors average;
  };
  static Followed follow(const FlatTensors& network);

  WeightAverageOptions options_;
  Followed parameters_;
  Followed statistics_;
  std::vector<NamedTensor> state_;
  int64_t updates_ = 0;
};

}  // namespace belamy
