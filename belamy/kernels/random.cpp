#include "belamy/kernels/random.h"

#include <algorithm>
#include <cmath>
#include <cstring>

#include "belamy/core/error.h"
#include "belamy/kernels/chunks.h"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "belamy/kernels/random.cpp"
// clang-format off
#include "hwy/foreach_target.h"  // re-includes this file; must come before highway.h
#include "hwy/highway.h"
#include "hwy/contrib/math/math-inl.h"
#include "belamy/kernels/philox-inl.h"
#include "belamy/kernels/vectors-inl.h"
// clang-format on

HWY_BEFORE_NAMESPACE();
namespace belamy::kernels {
namespace HWY_NAMESPACE {

void bits_chunk(uint32_t* HWY_RESTRICT out, size_t count, PhiloxKey key, uint64_t first_block) {
  for_philox_tiles(key, first_block, count,
                   [&](const uint32_t* words, size_t begin, size_t size)
                       HWY_ATTR { std::memcpy(out + begin, words, size * sizeof(uint32_t)); });
}

// `ceiling` is the largest float below the interval's end.
void uniform_chunk(float* HWY_RESTRICT out, size_t count, float low, float range, float ceiling,
                   PhiloxKey key, uint64_t first_block) {
  for_philox_tiles(key, first_block, count,
                   [&](const uint32_t* words, size_t begin, size_t size) HWY_ATTR {
                     for_vectors<float>(size, [&](auto d, size_t i) HWY_ATTR {
                       const hn::RebindToUnsigned<decltype(d)> d_bits;
                       const auto unit = unit_floats(d, hn::LoadU(d_bits, words + i));
                       const auto value = hn::MulAdd(unit, hn::Set(d, range), hn::Set(d, low));
                       hn::StoreU(hn::Min(value, hn::Set(d, ceiling)), d, out + begin + i);
                     });
                   });
}

template <class D, class VU>
HWY_INLINE hn::Vec<D> normal_radius(D d, VU words) {
  const auto unit = hn::Sub(hn::Set(d, 1.0f), unit_floats(d, words));  // in (0, 1]: no log(0)
  return hn::Sqrt(hn::Mul(hn::Set(d, -2.0f), hn::Log(d, unit)));
}

// Cosine and sine of 2 pi / 2^32 times each word. The word's top two bits, rounded, are the
// quadrant and the rest is the angle within it, exactly: no range reduction. Polynomials on
// [-pi/4, pi/4] from Cephes' sinf and cosf.
template <class D, class VU, class V = hn::Vec<D>>
HWY_INLINE void cos_sin(D d, VU words, V& cosine, V& sine) {
  const hn::RebindToSigned<D> d_signed;
  const hn::RebindToUnsigned<D> d_bits;
  const auto quadrant = hn::Add(words, hn::Set(d_bits, 1u << 29));
  const V within = hn::ConvertTo(d, hn::BitCast(d_signed, hn::ShiftLeft<2>(words)));
  const V x = hn::Mul(within, hn::Set(d, 0x1.921fb6p-32f));  // pi / 2 * 2^-32
  const V x2 = hn::Mul(x, x);
  V s = hn::MulAdd(x2, hn::Set(d, -1.9515295891e-4f), hn::Set(d, 8.3321608736e-3f));
  s = hn::MulAdd(x2, s, hn::Set(d, -1.6666654611e-1f));
  s = hn::MulAdd(hn::Mul(x2, s), x, x);
  V c = hn::MulAdd(x2, hn::Set(d, 2.443315711809948e-5f), hn::Set(d, -1.388731625493765e-3f));
  c = hn::MulAdd(x2, c, hn::Set(d, 4.166664568298827e-2f));
  c = hn::MulAdd(x2, c, hn::Set(d, -0.5f));
  c = hn::MulAdd(x2, c, hn::Set(d, 1.0f));
  const auto swap = hn::RebindMask(d, hn::TestBit(quadrant, hn::Set(d_bits, 1u << 30)));
  const auto sign = hn::Set(d_bits, 1u << 31);
  const auto cosine_sign = hn::And(hn::Add(quadrant, hn::Set(d_bits, 1u << 30)), sign);
  cosine = hn::Xor(hn::IfThenElse(swap, s, c), hn::BitCast(d, cosine_sign));
  sine = hn::Xor(hn::IfThenElse(swap, c, s), hn::BitCast(d, hn::And(quadrant, sign)));
}

// Two vectors of words into two vectors of normals.
template <class D>
HWY_INLINE void store_normals(D d, const uint32_t* HWY_RESTRICT words, float* HWY_RESTRICT out) {
  const hn::RebindToUnsigned<D> d_bits;
  hn::Vec<decltype(d_bits)> even, odd;
  hn::LoadInterleaved2(d_bits, words, even, odd);
  hn::Vec<D> cosine, sine;
  cos_sin(d, odd, cosine, sine);
  const auto radius = normal_radius(d, even);
  hn::StoreInterleaved2(hn::Mul(radius, cosine), hn::Mul(radius, sine), d, out);
}

void normal_chunk(float* HWY_RESTRICT out, size_t count, PhiloxKey key, uint64_t first_block) {
  const hn::ScalableTag<float> d;
  const size_t step = 2 * hn::Lanes(d);
  for_philox_tiles(key, first_block, count,
                   [&](const uint32_t* words, size_t begin, size_t size) HWY_ATTR {
                     size_t i = 0;
                     for (; i + step <= size; i += step) {
                       store_normals(d, words + i, out + begin + i);
                     }
                     if (i == size) return;
                     HWY_ALIGN float rest[2 * hn::MaxLanes(d)];
                     store_normals(d, words + i, rest);
                     std::memcpy(out + begin + i, rest, (size - i) * sizeof(float));
                   });
}

}  // namespace HWY_NAMESPACE
}  // namespace belamy::kernels
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace belamy::kernels {

HWY_EXPORT(bits_chunk);
HWY_EXPORT(uniform_chunk);
HWY_EXPORT(normal_chunk);

// Chunks start on whole blocks, so each finds its own.
static_assert(kChunk % 4 == 0);

void fill_bits(uint32_t* out, size_t count, PhiloxKey key, uint64_t first_block) {
  for_chunks(count, [&](size_t begin, size_t size) {
    HWY_DYNAMIC_DISPATCH(bits_chunk)(out + begin, size, key, first_block + begin / 4);
  });
}

void fill_uniform(float* out, size_t count, float low, float high, PhiloxKey key,
                  uint64_t first_block) {
  const float range = high - low;
  if (!(low <= high) || !std::isfinite(range)) {
    fail(ErrorKind::kUsage, "a uniform's range must be finite and low <= high, got {} .. {}", low,
         high);
  }
  const float ceiling = low < high ? std::nextafter(high, low) : high;
  for_chunks(count, [&](size_t begin, size_t size) {
    HWY_DYNAMIC_DISPATCH(uniform_chunk)
    (out + begin, size, low, range, ceiling, key, first_block + begin / 4);
  });
}

void fill_normal(float* out, size_t count, PhiloxKey key, uint64_t first_block) {
  for_chunks(count, [&](size_t begin, size_t size) {
    HWY_DYNAMIC_DISPATCH(normal_chunk)(out + begin, size, key, first_block + begin / 4);
  });
}

}  // namespace belamy::kernels
#endif  // HWY_ONCE
