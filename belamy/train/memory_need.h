// Whether a training fits into memory, told before the machine swaps or ends the process.
#pragma once

#include <cstdint>

#include "belamy/recipe/recipe.h"

namespace belamy {

/// A lower estimate, in bytes, from the networks' shapes: what is certainly needed, so that what
/// would fit is not refused.
struct MemoryNeed {
  double fixed = 0;     // weights, gradients, the optimiser's state, averages
  double a_sample = 0;  // of a batch: what is kept of the forward passes for the backward ones

  double of_batch(int64_t batch_size) const {
    return fixed + a_sample * static_cast<double>(batch_size);
  }
};

/// Throws as check_recipe.
MemoryNeed memory_need(const Recipe& recipe, const Shape& sample_shape);

/// Throws kUsage, with the estimate and the largest batch that would fit, when a training step
/// needs more than `available` bytes.
void require_memory(const Recipe& recipe, const Shape& sample_shape, uint64_t available);

}  // namespace belamy
