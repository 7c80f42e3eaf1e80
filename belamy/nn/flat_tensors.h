// Named tensors that lie side by side in one buffer, so that a pass over all of them is one pass.
#pragma once

#include <ATen/core/Tensor.h>

#include <vector>

#include "belamy/nn/named_tensor.h"

namespace belamy {

/// Each tensor starts on a 64-byte boundary; the gaps between them hold zeros. Copies share the
/// buffer, as tensors do.
class FlatTensors {
 public:
  FlatTensors() = default;

  /// Moves the tensors (float32) into a buffer of their own, values and all, in place: whoever
  /// holds one of them holds a dense view of the buffer from now on, contiguous or, with four
  /// dimensions, channels-last. Each keeps its version counter, apart from the others'.
  explicit FlatTensors(std::vector<NamedTensor> tensors);

  /// Zeros in the same layout; `suffix` is added to each name.
  FlatTensors zeros_like(const std::string& suffix = "") const;

  const std::vector<NamedTensor>& views() const { return views_; }
  /// Where views()[i] starts, in floats.
  size_t offset(size_t i) const { return offsets_[i]; }
  /// Floats in the buffer, gaps included.
  size_t count() const { return count_; }
  float* data() const;

  /// Tells autograd, and whoever keeps something made of a tensor, that the values have changed:
  /// every tensor's version counter moves on. To be called after writing through data().
  void mark_changed() const;

 private:
  std::vector<NamedTensor> views_;
  std::vector<size_t> offsets_;
  size_t count_ = 0;
  at::Tensor buffer_;  // [count]
};

/// What is trained and the gradients, in one layout.
struct FlatParameters {
  FlatParameters() = default;
  /// As FlatTensors; the gradients are zeros.
  explicit FlatParameters(std::vector<NamedTensor> parameters)
      : values(std::move(parameters)), gradients(values.zeros_like()) {}

  FlatTensors values;
  FlatTensors gradients;
};

}  // namespace belamy
