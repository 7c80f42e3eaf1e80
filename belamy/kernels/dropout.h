// Dropout whose mask is never stored: it is recomputed from a counter.
//
// Srivastava et al., "Dropout: a simple way to prevent neural networks from overfitting" (2014),
// in the inverted form: kept elements are scaled while training, nothing happens otherwise.
#pragma once

#include <cstddef>
#include <cstdint>

#include "belamy/core/rng.h"
#include "belamy/kernels/bf16.h"

namespace belamy::kernels {

/// out[i] = kept ? in[i] * (1 / (1 - rate)) : 0, where element i is kept when unit_float(word) >=
/// rate for word i % 4 of Philox block first_block + i / 4: with probability 1 - rate. Reserve
/// philox_blocks(count) blocks (belamy/kernels/random.h). `in` may be `out`; partial overlap is not
/// allowed. A dropped NaN or infinity becomes 0.
///
/// Gradients: linear, so the same call (same rate, key and first_block) on the gradient of `out`
/// gives the gradient of `in`, to any order.
///
/// Exact: the same bits on every instruction set. Throws kUsage unless 0 <= rate < 1.
void dropout(const float* in, float* out, size_t count, float rate, PhiloxKey key,
             uint64_t first_block);
void dropout(const Bf16* in, Bf16* out, size_t count, float rate, PhiloxKey key,
             uint64_t first_block);

}  // namespace belamy::kernels
