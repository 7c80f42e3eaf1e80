// Counter-based random numbers: the same whatever the number of threads, and resumable by
// remembering one integer.
//
// Salmon et al., "Parallel random numbers: as easy as 1, 2, 3" (SC 2011), Philox4x32-10.
#pragma once

#include <array>
#include <cstdint>
#include <string_view>

namespace belamy {

struct PhiloxKey {
  uint32_t low = 0;
  uint32_t high = 0;
};

/// One Philox4x32-10 block: 128 random bits for counter `block` under `key`.
std::array<uint32_t, 4> philox_block(PhiloxKey key, uint64_t block);

/// The top 24 bits of `bits` as a float in [0, 1).
inline float unit_float(uint32_t bits) {
  return static_cast<float>(bits >> 8) * 0x1.0p-24f;
}

/// A named stream of random numbers under one seed. Streams of different names are independent.
/// Its whole state is the number of blocks used, so a checkpoint stores one integer a stream.
class RandomStream {
 public:
  RandomStream(uint64_t seed, std::string_view name);

  /// Uniform over all 64-bit values. One block.
  uint64_t bits();
  /// Uniform in [0, 1) with 53 bits. One block.
  double uniform();
  /// Standard normal (Box-Muller). One block.
  double normal();
  /// Uniform in 0..bound-1 without modulo bias; bound >= 1. One block, rarely more.
  uint64_t below(uint64_t bound);

  /// Reserves `blocks` blocks and returns the first one's number: bulk fills
  /// (belamy/kernels/random.h) draw from them in any order and on any thread.
  uint64_t take(uint64_t blocks);

  PhiloxKey key() const { return key_; }
  uint64_t position() const { return position_; }
  void seek(uint64_t position) { position_ = position; }

 private:
  PhiloxKey key_;
  uint64_t position_ = 0;
};

}  // namespace belamy
