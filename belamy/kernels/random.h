// Bulk random numbers from a counter: element i comes from word i % 4 of Philox block
// first_block + i / 4, so a fill is the same whatever the number of threads, and any part of it can
// be made again alone. Reserve the blocks first:
//   fill_normal(z, count, stream.key(), stream.take(philox_blocks(count)));
#pragma once

#include <cstddef>
#include <cstdint>

#include "belamy/core/rng.h"

namespace belamy::kernels {

/// How many blocks `count` elements take.
constexpr uint64_t philox_blocks(size_t count) {
  return (uint64_t{count} + 3) / 4;
}

/// Philox words as they are: out[i] is word i % 4 of block first_block + i / 4.
void fill_bits(uint32_t* out, size_t count, PhiloxKey key, uint64_t first_block);

/// Uniform in [low, high): low + unit_float(word) * (high - low), and never `high` by rounding.
/// Instruction sets differ by one rounding at most (fused multiply-add or not); [0, 1) is exact.
/// Throws kUsage unless low <= high and high - low is finite.
void fill_uniform(float* out, size_t count, float low, float high, PhiloxKey key,
                  uint64_t first_block);

/// Standard normal by Box-Muller: words 0 and 1 of a block make elements 0 and 1, words 2 and 3
/// make elements 2 and 3. The radius is sqrt(-2 log(1 - unit_float(even word))), 5.77 at most; the
/// angle is 2 pi / 2^32 times the odd word; the even element is the cosine's, the odd the sine's.
/// Within 1e-6 of the same in double precision, on every instruction set.
void fill_normal(float* out, size_t count, PhiloxKey key, uint64_t first_block);

}  // namespace belamy::kernels
