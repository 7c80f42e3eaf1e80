// Philox4x32-10 many blocks at a time, bit for bit belamy::philox_block. Included by kernel
// sources, once an instruction set: the guard toggles instead of closing.
#if defined(BELAMY_KERNELS_PHILOX_INL_H_) == defined(HWY_TARGET_TOGGLE)
#ifdef BELAMY_KERNELS_PHILOX_INL_H_
#undef BELAMY_KERNELS_PHILOX_INL_H_
#else
#define BELAMY_KERNELS_PHILOX_INL_H_
#endif

#include <algorithm>
#include <cstddef>
#include <cstdint>

#include "belamy/core/rng.h"
#include "hwy/highway.h"

HWY_BEFORE_NAMESPACE();
namespace belamy::kernels {
namespace HWY_NAMESPACE {
namespace hn = hwy::HWY_NAMESPACE;

/// Words made at a time: they stay in the first-level cache until they are used.
inline constexpr size_t kTileWords = 1024;

#if HWY_TARGET == HWY_SCALAR  // vectors of one lane: no even and odd lanes to work with

/// See below.
HWY_INLINE void philox_tile(PhiloxKey key, uint64_t first_block, size_t blocks,
                            uint32_t* HWY_RESTRICT words) {
  for (size_t block = 0; block < blocks; ++block) {
    std::ranges::copy(philox_block(key, first_block + block), words + 4 * block);
  }
}

#else

// One block a 64-bit lane, one counter word in its lower half; the upper half holds rubbish, which
// MulEven ignores and which never reaches a lower half.
template <class V, class V32>
HWY_INLINE void philox_round(V& c0, V& c1, V& c2, V& c3, V key_low, V key_high, V32 multiplier0,
                             V32 multiplier1) {
  const hn::DFromV<V32> d32;
  const V product0 = hn::MulEven(hn::BitCast(d32, c0), multiplier0);
  const V product1 = hn::MulEven(hn::BitCast(d32, c2), multiplier1);
  c0 = hn::Xor3(hn::ShiftRight<32>(product1), c1, key_low);
  c1 = product1;
  c2 = hn::Xor3(hn::ShiftRight<32>(product0), c3, key_high);
  c3 = product0;
}

template <class V>
HWY_INLINE void store_blocks(V c0, V c1, V c2, V c3, uint32_t* HWY_RESTRICT words) {
  const hn::DFromV<V> d64;
  const hn::Repartition<uint32_t, decltype(d64)> d32;
  const auto pair = [&](V even, V odd) HWY_ATTR {
    return hn::BitCast(
        d64, hn::OddEven(hn::BitCast(d32, hn::ShiftLeft<32>(odd)), hn::BitCast(d32, even)));
  };
  hn::StoreInterleaved2(pair(c0, c1), pair(c2, c3), d64, reinterpret_cast<uint64_t*>(words));
}

/// Writes the words of blocks first_block .. first_block + blocks - 1 in order, and rubbish after
/// them: `words` has room for kTileWords, blocks <= kTileWords / 4. Four vectors of blocks are
/// computed together to hide the multiplications' latency.
HWY_INLINE void philox_tile(PhiloxKey key, uint64_t first_block, size_t blocks,
                            uint32_t* HWY_RESTRICT words) {
  const hn::ScalableTag<uint64_t> d64;
  const hn::Repartition<uint32_t, decltype(d64)> d32;
  const size_t lanes = hn::Lanes(d64);
  const auto zero = hn::Zero(d64), next = hn::Set(d64, static_cast<uint64_t>(lanes));
  const auto multiplier0 = hn::Set(d32, 0xD2511F53u), multiplier1 = hn::Set(d32, 0xCD9E8D57u);
  const auto weyl_low = hn::Set(d64, 0x9E3779B9u), weyl_high = hn::Set(d64, 0xBB67AE85u);
  for (size_t block = 0; block < blocks; block += 4 * lanes) {
    auto a0 = hn::Add(hn::Iota(d64, 0), hn::Set(d64, first_block + block));
    auto b0 = hn::Add(a0, next), c0 = hn::Add(b0, next), d0 = hn::Add(c0, next);
    auto a1 = hn::ShiftRight<32>(a0), b1 = hn::ShiftRight<32>(b0);
    auto c1 = hn::ShiftRight<32>(c0), d1 = hn::ShiftRight<32>(d0);
    auto a2 = zero, a3 = zero, b2 = zero, b3 = zero, c2 = zero, c3 = zero, d2 = zero, d3 = zero;
    auto low = hn::Set(d64, uint64_t{key.low}), high = hn::Set(d64, uint64_t{key.high});
    for (int round = 0; round < 10; ++round) {
      philox_round(a0, a1, a2, a3, low, high, multiplier0, multiplier1);
      philox_round(b0, b1, b2, b3, low, high, multiplier0, multiplier1);
      philox_round(c0, c1, c2, c3, low, high, multiplier0, multiplier1);
      philox_round(d0, d1, d2, d3, low, high, multiplier0, multiplier1);
      low = hn::Add(low, weyl_low);
      high = hn::Add(high, weyl_high);
    }
    store_blocks(a0, a1, a2, a3, words + 4 * block);
    store_blocks(b0, b1, b2, b3, words + 4 * (block + lanes));
    store_blocks(c0, c1, c2, c3, words + 4 * (block + 2 * lanes));
    store_blocks(d0, d1, d2, d3, words + 4 * (block + 3 * lanes));
  }
}

#endif  // HWY_TARGET == HWY_SCALAR

/// The words of `count` elements, a tile at a time: body(words, begin, size) gets the words of
/// elements begin .. begin + size - 1 and may read on to the end of a float vector pair.
template <class Body>
HWY_INLINE void for_philox_tiles(PhiloxKey key, uint64_t first_block, size_t count,
                                 const Body& body) {
  HWY_ALIGN uint32_t words[kTileWords];
  for (size_t begin = 0; begin < count; begin += kTileWords) {
    const size_t size = std::min(kTileWords, count - begin);
    philox_tile(key, first_block + begin / 4, (size + 3) / 4, words);
    body(words, begin, size);
  }
}

/// belamy::unit_float of each lane, in [0, 1).
template <class D, class V = hn::Vec<D>>
HWY_INLINE V unit_floats(D d, hn::Vec<hn::RebindToUnsigned<D>> words) {
  const hn::RebindToSigned<D> d_signed;
  const auto top = hn::BitCast(d_signed, hn::ShiftRight<8>(words));
  return hn::Mul(hn::ConvertTo(d, top), hn::Set(d, 0x1.0p-24f));
}

}  // namespace HWY_NAMESPACE
}  // namespace belamy::kernels
HWY_AFTER_NAMESPACE();

#endif  // BELAMY_KERNELS_PHILOX_INL_H_
