// What every exported file tells about its network beside the weights.
#pragma once

#include <map>
#include <string>

#include "belamy/nn/network.h"

namespace belamy {

/// Where a network comes from and what its numbers mean.
struct NetworkDescription {
  std::string recipe = {};        // "s1-mlp"
  int64_t step = 0;               // of the checkpoint
  std::string input = {};         // in words: "latent vectors drawn from N(0, 1)"
  std::string output = {};        // "images"
  std::string input_range = {};   // "[-1, 1]"; "" when it is not bounded
  std::string output_range = {};  // likewise
};

/// Names and texts; lists and the layers are JSON:
///
///   belamy_version, recipe, step, network ("generator"),
///   layers        [{"name": "dense_1", "type": "dense", "units": 256, ...}, ...]
///   input, input_shape (of one sample, "[100]"), input_range; output, ... alike
using Metadata = std::map<std::string, std::string>;
Metadata network_metadata(const Network& network, const NetworkDescription& description);

/// Throws kUsage for a network that judges the samples of a batch together (minibatch_std,
/// minibatch_discrimination): a graph for one batch size would mislead at another.
void require_sample_wise(const Network& network);

}  // namespace belamy
