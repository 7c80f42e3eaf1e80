// What a network takes, told by its shapes alone: before anything is built.
#pragma once

#include <string>

#include "belamy/nn/graph.h"

namespace belamy {

/// Numbers of values; doubles, since a hostile recipe's are beyond 2^63.
struct NetworkSize {
  double weights = 0;  // trained or not
  /// Outputs of dense, maxout and convolution layers for one sample: what a training keeps for its
  /// backward pass at the least, however layers are fused.
  double kept = 0;
};

/// Throws as infer_shapes.
NetworkSize network_size(const std::string& name, const NetworkGraph& graph);

}  // namespace belamy
