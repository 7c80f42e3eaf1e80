// What a round of a game takes.
#pragma once

#include <ATen/core/Tensor.h>

#include <utility>

namespace belamy {

struct Batch {
  Batch() = default;
  Batch(at::Tensor given) : samples(std::move(given)) {}  // NOLINT: samples alone are a batch

  at::Tensor samples;   // [N, sample...] float32 in the data's range
  at::Tensor labels;    // [N] int64, the samples' classes; undefined without classes
  at::Tensor partners;  // [N, sample...], of the other side of a translation; undefined without
};

}  // namespace belamy
