#include "belamy/kernels/finite.h"

#include <atomic>

#include "belamy/kernels/chunks.h"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "belamy/kernels/finite.cpp"
// clang-format off
#include "hwy/foreach_target.h"  // re-includes this file; must come before highway.h
#include "hwy/highway.h"
#include "belamy/kernels/vectors-inl.h"
// clang-format on

HWY_BEFORE_NAMESPACE();
namespace belamy::kernels {
namespace HWY_NAMESPACE {

// The largest of some values' bits without the sign: as an integer it is above every finite
// value's when one of them is a NaN or an infinity.
bool finite_chunk(const float* HWY_RESTRICT values, size_t count) {
  const hn::ScalableTag<int32_t> full;
  auto vector_largest = hn::Zero(full);
  int32_t largest = 0;
  for_vectors<int32_t>(count, [&](auto d, size_t i) HWY_ATTR {
    const hn::Rebind<float, decltype(d)> d_float;
    const auto bits = hn::BitCast(d, hn::Abs(hn::LoadU(d_float, values + i)));
    if constexpr (hn::MaxLanes(d) == hn::MaxLanes(full)) {
      vector_largest = hn::Max(vector_largest, bits);
    } else {
      largest = HWY_MAX(largest, hn::GetLane(bits));
    }
  });
  largest = HWY_MAX(largest, hn::GetLane(hn::MaxOfLanes(full, vector_largest)));
  return largest < 0x7f800000;
}

}  // namespace HWY_NAMESPACE
}  // namespace belamy::kernels
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace belamy::kernels {

HWY_EXPORT(finite_chunk);

bool all_finite(const float* values, size_t count) {
  std::atomic<bool> finite{true};
  for_chunks(count, [&](size_t begin, size_t size) {
    if (!finite.load(std::memory_order_relaxed)) return;
    if (!HWY_DYNAMIC_DISPATCH(finite_chunk)(values + begin, size)) {
      finite.store(false, std::memory_order_relaxed);
    }
  });
  return finite.load();
}

}  // namespace belamy::kernels
#endif  // HWY_ONCE
