#include "belamy/kernels/dropout.h"

#include "belamy/core/error.h"
#include "belamy/kernels/chunks.h"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "belamy/kernels/dropout.cpp"
// clang-format off
#include "hwy/foreach_target.h"  // re-includes this file; must come before highway.h
#include "hwy/highway.h"
#include "belamy/kernels/bf16-inl.h"
#include "belamy/kernels/philox-inl.h"
#include "belamy/kernels/vectors-inl.h"
// clang-format on

HWY_BEFORE_NAMESPACE();
namespace belamy::kernels {
namespace HWY_NAMESPACE {

template <class T>
HWY_INLINE void drop(const T* in, T* out, size_t count, float rate, PhiloxKey key,
                     uint64_t first_block) {
  const float scale = 1.0f / (1.0f - rate);
  for_philox_tiles(
      key, first_block, count, [&](const uint32_t* words, size_t begin, size_t size) HWY_ATTR {
        for_vectors<float>(size, [&](auto d, size_t i) HWY_ATTR {
          const hn::RebindToUnsigned<decltype(d)> d_bits;
          const auto unit = unit_floats(d, hn::LoadU(d_bits, words + i));
          const auto kept = hn::Ge(unit, hn::Set(d, rate));
          const auto scaled = hn::Mul(load_float(d, in + begin + i), hn::Set(d, scale));
          store_float(hn::IfThenElseZero(kept, scaled), d, out + begin + i);
        });
      });
}

void drop_float(const float* in, float* out, size_t count, float rate, PhiloxKey key,
                uint64_t first_block) {
  drop(in, out, count, rate, key, first_block);
}

void drop_bf16(const Bf16* in, Bf16* out, size_t count, float rate, PhiloxKey key,
               uint64_t first_block) {
  drop(in, out, count, rate, key, first_block);
}

}  // namespace HWY_NAMESPACE
}  // namespace belamy::kernels
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace belamy::kernels {

HWY_EXPORT(drop_float);
HWY_EXPORT(drop_bf16);

namespace {

void check_rate(float rate) {
  if (rate >= 0.0f && rate < 1.0f) return;
  fail(ErrorKind::kUsage, "a dropout rate must be at least 0 and below 1, got {}", rate);
}

}  // namespace

void dropout(const float* in, float* out, size_t count, float rate, PhiloxKey key,
             uint64_t first_block) {
  check_rate(rate);
  for_chunks(count, [&](size_t begin, size_t size) {
    HWY_DYNAMIC_DISPATCH(drop_float)
    (in + begin, out + begin, size, rate, key, first_block + begin / 4);
  });
}

void dropout(const Bf16* in, Bf16* out, size_t count, float rate, PhiloxKey key,
             uint64_t first_block) {
  check_rate(rate);
  for_chunks(count, [&](size_t begin, size_t size) {
    HWY_DYNAMIC_DISPATCH(drop_bf16)
    (in + begin, out + begin, size, rate, key, first_block + begin / 4);
  });
}

}  // namespace belamy::kernels
#endif  // HWY_ONCE
