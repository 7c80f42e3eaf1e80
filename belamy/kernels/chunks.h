// Splits a kernel's work over threads. Internal to belamy/kernels.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>

#include "belamy/kernels/dispatch.h"

namespace belamy::kernels {

/// Elements a chunk: a few microseconds of work, and all its arrays fit in a core's own cache.
inline constexpr size_t kChunk = size_t{1} << 14;

/// Below this many chunks, waking threads costs more than they save.
inline constexpr size_t kSerialChunks = 4;

constexpr size_t chunk_count(size_t count) {
  return (count + kChunk - 1) / kChunk;
}

/// Calls body(begin, size) for each chunk of 0..count-1, in parallel for large counts. Chunks are
/// cut the same way whatever the number of threads, so results do not depend on it; threads take
/// them as they come, since cores are not equally fast at all times. Every kernel
/// goes through here, so this is also where BELAMY_MAX_SIMD takes effect: `body` dispatches.
/// `body` must not throw.
template <class Body>
void for_chunks(size_t count, const Body& body) {
  apply_simd_environment();
  const size_t chunks = chunk_count(count);
  if (chunks < kSerialChunks) {  // even a team of one takes as long as a thousand elements
    for (size_t begin = 0; begin < count; begin += kChunk) {
      body(begin, std::min(kChunk, count - begin));
    }
    return;
  }
#pragma omp parallel for schedule(dynamic)
  for (size_t chunk = 0; chunk < chunks; ++chunk) {
    const size_t begin = chunk * kChunk;
    body(begin, std::min(kChunk, count - begin));
  }
}

}  // namespace belamy::kernels
