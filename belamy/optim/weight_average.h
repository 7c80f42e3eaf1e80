// A moving average of a network's weights: of the generators seen in training it samples better
// than the last one. Yazıcı et al., "The unusual effectiveness of averaging in GAN training"
// (2019).
#pragma once

#include "belamy/core/options.h"
#include "belamy/nn/network.h"

namespace belamy {

/// The [average] section.
struct WeightAverageOptions {
  double decay = 0;
  bool warm_up = true;

  void visit(OptionsVisitor& v) {
    v.number("decay", decay, {0, 1},
             "share of the averaged generator kept at a step, .999 for example; 0: no average");
    v.boolean("warm_up", warm_up,
              "update t = 0, 1, ... keeps at most (1 + t) / (10 + t), so that the untrained start "
              "is soon forgotten");
  }
};

class WeightAverage {
 public:
  /// `averaged`, of the same layers, becomes and stays the average of `network`. Both must outlive
  /// it and be updated in place only.
  WeightAverage(const Network& network, Network& averaged, WeightAverageOptions options);

  /// average += (1 - decay) * (network - average), in one pass. Moving statistics are averaged like
  /// weights, so the averaged network can be used at any time.
  void update();

  /// Begins anew from the network as it is.
  void restart();

  /// Updates done so far.
  int64_t updates() const { return updates_; }

  const std::vector<NamedTensor>& state() const { return averaged_.state(); }
  /// Throws as copy_tensors.
  void load_state(const std::vector<NamedTensor>& tensors, int64_t updates,
                  const std::string& source);

 private:
  const Network& network_;
  Network& averaged_;
  WeightAverageOptions options_;
  int64_t updates_ = 0;
};

}  // namespace belamy
