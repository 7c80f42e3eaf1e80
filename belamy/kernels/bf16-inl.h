// Vectors of floats from and to memory that holds float or Bf16. Included by kernel sources, once
// an instruction set: the guard toggles instead of closing.
#if defined(BELAMY_KERNELS_BF16_INL_H_) == defined(HWY_TARGET_TOGGLE)
#ifdef BELAMY_KERNELS_BF16_INL_H_
#undef BELAMY_KERNELS_BF16_INL_H_
#else
#define BELAMY_KERNELS_BF16_INL_H_
#endif

#include <cstddef>
#include <cstdint>

#include "belamy/kernels/bf16.h"
#include "hwy/highway.h"

HWY_BEFORE_NAMESPACE();
namespace belamy::kernels {
namespace HWY_NAMESPACE {
namespace hn = hwy::HWY_NAMESPACE;

/// Lanes(d) elements, which need no alignment; `d` is a tag of float lanes.
template <class D>
HWY_INLINE hn::Vec<D> load_float(D d, const float* in) {
  return hn::LoadU(d, in);
}

/// The same from Bf16: exact.
template <class D>
HWY_INLINE hn::Vec<D> load_float(D d, const Bf16* in) {
  const hn::RebindToUnsigned<D> d_bits;
  const hn::Rebind<uint16_t, D> d_half;
  const auto half = hn::LoadU(d_half, reinterpret_cast<const uint16_t*>(in));
  return hn::BitCast(d, hn::ShiftLeft<16>(hn::PromoteTo(d_bits, half)));
}

template <class V, class D>
HWY_INLINE void store_float(V value, D d, float* out) {
  hn::StoreU(value, d, out);
}

/// The same to Bf16: to_bf16 of each lane, by integers, because AVX-512's own instruction makes
/// zeros of denormals and Highway's conversions differ between its versions.
template <class V, class D>
HWY_INLINE void store_float(V value, D d, Bf16* out) {
  const hn::RebindToUnsigned<D> d_bits;
  const hn::RebindToSigned<D> d_signed;
  const hn::Rebind<uint16_t, D> d_half;
  const auto bits = hn::BitCast(d_bits, value);
  const auto odd = hn::And(hn::ShiftRight<16>(bits), hn::Set(d_bits, 1u));
  const auto rounded = hn::Add(hn::Add(bits, hn::Set(d_bits, 0x7fffu)), odd);
  const auto nan = hn::BitCast(d, hn::Set(d_bits, 0x7fc00000u));
  const auto kept = hn::IfThenElse(hn::Eq(value, value), hn::BitCast(d, rounded), nan);
  const auto upper = hn::BitCast(d_signed, hn::ShiftRight<16>(hn::BitCast(d_bits, kept)));
  hn::StoreU(hn::DemoteTo(d_half, upper), d_half, reinterpret_cast<uint16_t*>(out));
}

}  // namespace HWY_NAMESPACE
}  // namespace belamy::kernels
HWY_AFTER_NAMESPACE();

#endif  // BELAMY_KERNELS_BF16_INL_H_
