#include "belamy/kernels/bf16.h"

#include "belamy/kernels/chunks.h"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "belamy/kernels/bf16.cpp"
// clang-format off
#include "hwy/foreach_target.h"  // re-includes this file; must come before highway.h
#include "hwy/highway.h"
#include "belamy/kernels/bf16-inl.h"
#include "belamy/kernels/vectors-inl.h"
// clang-format on

HWY_BEFORE_NAMESPACE();
namespace belamy::kernels {
namespace HWY_NAMESPACE {

template <class In, class Out>
HWY_INLINE void convert_chunk(const In* HWY_RESTRICT in, Out* HWY_RESTRICT out, size_t count) {
  for_vectors<float>(
      count, [&](auto d, size_t i) HWY_ATTR { store_float(load_float(d, in + i), d, out + i); });
}

void narrow_chunk(const float* in, Bf16* out, size_t count) {
  convert_chunk(in, out, count);
}

void widen_chunk(const Bf16* in, float* out, size_t count) {
  convert_chunk(in, out, count);
}

}  // namespace HWY_NAMESPACE
}  // namespace belamy::kernels
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace belamy::kernels {

HWY_EXPORT(narrow_chunk);
HWY_EXPORT(widen_chunk);

void convert(const float* in, Bf16* out, size_t count) {
  for_chunks(count, [&](size_t begin, size_t size) {
    HWY_DYNAMIC_DISPATCH(narrow_chunk)(in + begin, out + begin, size);
  });
}

void convert(const Bf16* in, float* out, size_t count) {
  for_chunks(count, [&](size_t begin, size_t size) {
    HWY_DYNAMIC_DISPATCH(widen_chunk)(in + begin, out + begin, size);
  });
}

}  // namespace belamy::kernels
#endif  // HWY_ONCE
