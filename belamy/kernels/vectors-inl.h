// Loops over whole vectors, then over the rest one lane at a time. Included by kernel sources,
// once an instruction set: the guard toggles instead of closing.
#if defined(BELAMY_KERNELS_VECTORS_INL_H_) == defined(HWY_TARGET_TOGGLE)
#ifdef BELAMY_KERNELS_VECTORS_INL_H_
#undef BELAMY_KERNELS_VECTORS_INL_H_
#else
#define BELAMY_KERNELS_VECTORS_INL_H_
#endif

#include <cstddef>

#include "hwy/highway.h"

HWY_BEFORE_NAMESPACE();
namespace belamy::kernels {
namespace HWY_NAMESPACE {
namespace hn = hwy::HWY_NAMESPACE;

/// body(d, i) handles elements i .. i + Lanes(d) - 1 with d a tag of T lanes: a full vector, or for
/// what is left a single lane, so kernels neither read nor write past the end.
template <class T, class Body>
HWY_INLINE void for_vectors(size_t count, const Body& body) {
  const hn::ScalableTag<T> full;
  const hn::CappedTag<T, 1> single;
  const size_t lanes = hn::Lanes(full);
  size_t i = 0;
  for (; i + lanes <= count; i += lanes) body(full, i);
  for (; i < count; ++i) body(single, i);
}

}  // namespace HWY_NAMESPACE
}  // namespace belamy::kernels
HWY_AFTER_NAMESPACE();

#endif  // BELAMY_KERNELS_VECTORS_INL_H_
