// Activations of vectors, for kernels to fuse. Included by kernel sources, once an instruction set:
// the guard toggles instead of closing.
#if defined(BELAMY_KERNELS_ACTIVATION_INL_H_) == defined(HWY_TARGET_TOGGLE)
#ifdef BELAMY_KERNELS_ACTIVATION_INL_H_
#undef BELAMY_KERNELS_ACTIVATION_INL_H_
#else
#define BELAMY_KERNELS_ACTIVATION_INL_H_
#endif

#include <type_traits>

#include "belamy/kernels/activation.h"
#include "hwy/highway.h"

HWY_BEFORE_NAMESPACE();
namespace belamy::kernels {
namespace HWY_NAMESPACE {
namespace hn = hwy::HWY_NAMESPACE;

/// A kind that is known when compiling.
template <ActivationKind kKind>
using Activation = std::integral_constant<ActivationKind, kKind>;

/// Calls body(Activation<kind>()): the choice is made once, outside the loop that `body` is.
template <class Body>
HWY_INLINE void with_activation(ActivationKind kind, const Body& body) {
  switch (kind) {
    case ActivationKind::kLinear:
      return body(Activation<ActivationKind::kLinear>());
    case ActivationKind::kRelu:
      return body(Activation<ActivationKind::kRelu>());
    case ActivationKind::kLeakyRelu:
      return body(Activation<ActivationKind::kLeakyRelu>());
    case ActivationKind::kTanh:
      return body(Activation<ActivationKind::kTanh>());
    case ActivationKind::kSigmoid:
      return body(Activation<ActivationKind::kSigmoid>());
    case ActivationKind::kElu:
      return body(Activation<ActivationKind::kElu>());
  }
}

/// e^x = scale * (1 + rest) with scale a power of two and |rest| < 0.42, for |x| <= 87. The rest's
/// polynomial is that of Cephes' expf.
template <class V>
struct ExpParts {
  V scale, rest;
};

template <class D, class V>
HWY_INLINE ExpParts<V> exp_parts(D d, V x) {
  const hn::RebindToSigned<D> d_signed;
  const auto exponent = hn::NearestInt(hn::Mul(x, hn::Set(d, 0x1.715476p0f)));  // 1 / ln 2
  const V n = hn::ConvertTo(d, exponent);
  // ln 2 in two parts, the first of so few bits that its multiples are exact.
  const V r =
      hn::NegMulAdd(n, hn::Set(d, -2.12194440e-4f), hn::NegMulAdd(n, hn::Set(d, 0.693359375f), x));
  V p = hn::MulAdd(r, hn::Set(d, 1.9875691500e-4f), hn::Set(d, 1.3981999507e-3f));
  p = hn::MulAdd(r, p, hn::Set(d, 8.3334519073e-3f));
  p = hn::MulAdd(r, p, hn::Set(d, 4.1665795894e-2f));
  p = hn::MulAdd(r, p, hn::Set(d, 1.6666665459e-1f));
  p = hn::MulAdd(r, p, hn::Set(d, 5.0000001201e-1f));
  const auto biased = hn::Add(exponent, hn::Set(d_signed, 127));
  return {hn::BitCast(d, hn::ShiftLeft<23>(biased)), hn::MulAdd(hn::Mul(r, r), p, r)};
}

/// e^x - 1 for -87 <= x <= 0, to a relative rounding or two.
template <class D, class V>
HWY_INLINE V exp_minus_one(D d, V x) {
  const auto parts = exp_parts(d, x);
  return hn::MulAdd(parts.scale, parts.rest, hn::Sub(parts.scale, hn::Set(d, 1.0f)));
}

// tanh |x| = (1 - e^-2|x|) / (1 + e^-2|x|), which is 1 exactly long before the end of the clamp.
template <class D, class V>
HWY_INLINE V tanh_vector(D d, V x) {
  const V doubled = hn::Max(hn::Mul(hn::Abs(x), hn::Set(d, -2.0f)), hn::Set(d, -40.0f));
  const V minus = exp_minus_one(d, doubled);
  const V size = hn::Div(hn::Neg(minus), hn::Add(minus, hn::Set(d, 2.0f)));
  return hn::IfThenElse(hn::Eq(x, x), hn::CopySignToAbs(size, x), x);
}

template <class D, class V>
HWY_INLINE V sigmoid_vector(D d, V x) {
  const V one = hn::Set(d, 1.0f), end = hn::Set(d, 87.0f);
  const auto parts = exp_parts(d, hn::Max(hn::Min(hn::Neg(x), end), hn::Neg(end)));
  const V y = hn::Div(one, hn::Add(one, hn::MulAdd(parts.scale, parts.rest, parts.scale)));
  return hn::IfThenElse(hn::Eq(x, x), y, x);
}

template <class D, class V>
HWY_INLINE V elu_vector(D d, V x, float alpha) {
  const V below = hn::Max(hn::Min(x, hn::Zero(d)), hn::Set(d, -87.0f));
  const V y = hn::Mul(hn::Set(d, alpha), exp_minus_one(d, below));
  return hn::IfThenElse(hn::Lt(x, hn::Zero(d)), y, x);  // where NaN goes to x
}

/// f(x): see activation.h.
template <ActivationKind kKind, class D, class V>
HWY_INLINE V activate_vector(D d, V x, Activation<kKind>, [[maybe_unused]] float alpha) {
  if constexpr (kKind == ActivationKind::kRelu) {
    return hn::IfThenZeroElse(hn::Lt(x, hn::Zero(d)), x);  // where NaN goes to x
  } else if constexpr (kKind == ActivationKind::kLeakyRelu) {
    return hn::IfThenElse(hn::Gt(x, hn::Zero(d)), x, hn::Mul(x, hn::Set(d, alpha)));
  } else if constexpr (kKind == ActivationKind::kTanh) {
    return tanh_vector(d, x);
  } else if constexpr (kKind == ActivationKind::kSigmoid) {
    return sigmoid_vector(d, x);
  } else if constexpr (kKind == ActivationKind::kElu) {
    return elu_vector(d, x, alpha);
  } else {
    return x;
  }
}

/// f'(x) of y = f(x).
template <ActivationKind kKind, class D, class V>
HWY_INLINE V activation_slope(D d, [[maybe_unused]] V y, Activation<kKind>,
                              [[maybe_unused]] float alpha) {
  const V one = hn::Set(d, 1.0f);
  if constexpr (kKind == ActivationKind::kRelu) {
    return hn::IfThenElseZero(hn::Gt(y, hn::Zero(d)), one);
  } else if constexpr (kKind == ActivationKind::kLeakyRelu) {
    return hn::IfThenElse(hn::Gt(y, hn::Zero(d)), one, hn::Set(d, alpha));
  } else if constexpr (kKind == ActivationKind::kTanh) {
    return hn::NegMulAdd(y, y, one);
  } else if constexpr (kKind == ActivationKind::kSigmoid) {
    return hn::NegMulAdd(y, y, y);
  } else if constexpr (kKind == ActivationKind::kElu) {
    return hn::IfThenElse(hn::Gt(y, hn::Zero(d)), one, hn::Add(y, hn::Set(d, alpha)));
  } else {
    return one;
  }
}

}  // namespace HWY_NAMESPACE
}  // namespace belamy::kernels
HWY_AFTER_NAMESPACE();

#endif  // BELAMY_KERNELS_ACTIVATION_INL_H_
