// Networks made smaller for inference: batch normalisation with its moving averages is a scale and
// a shift a channel, which a dense or convolution layer beside it takes into its weights.
#pragma once

#include <memory>
#include <optional>

#include "belamy/nn/network.h"

namespace belamy {

/// A network of its own, with weights of its own, that computes in inference mode what `network`
/// does, up to rounding; nothing when there is nothing to fold, the network is no chain, or a
/// layer's weights are spectrally normalised. Each batch normalisation goes
///  - into the dense, convolution or transposed convolution layer before it, where no activation is
///    between, or else
///  - into the dense layer, or the convolution that pads nothing, after it,
/// through layers that work on each channel alike: reshape, flatten, crop, upsample, average_pool.
/// Others, and those after a zero_pad or before a padding convolution, stay. Dropout is left out.
std::optional<Network> fold_batch_norm(const Network& network);

/// The folded form of a network, made when it is first asked for and again when the weights or the
/// moving averages have changed since (as tensors' version counters tell).
class FoldedNetwork {
 public:
  FoldedNetwork();
  ~FoldedNetwork();
  FoldedNetwork(FoldedNetwork&&) noexcept;
  FoldedNetwork& operator=(FoldedNetwork&&) noexcept;

  /// The network itself where nothing can be folded; it must outlive the result then. Remembers one
  /// network at a time. May be called from several threads at once.
  std::shared_ptr<const Network> of(const Network& network) const;

 private:
  struct Cache;
  std::unique_ptr<Cache> cache_;
};

}  // namespace belamy
