// The matrices of minimal filtering along one axis (winograd_axis.h), and how two dimensions are
// made of one, on vectors of channels. Included by kernel sources, once an instruction set: the
// guard toggles instead of closing.
#if defined(BELAMY_KERNELS_WINOGRAD_ALGEBRA_INL_H_) == defined(HWY_TARGET_TOGGLE)
#ifdef BELAMY_KERNELS_WINOGRAD_ALGEBRA_INL_H_
#undef BELAMY_KERNELS_WINOGRAD_ALGEBRA_INL_H_
#else
#define BELAMY_KERNELS_WINOGRAD_ALGEBRA_INL_H_
#endif

#include <cstddef>
#include <type_traits>

#include "hwy/highway.h"

HWY_BEFORE_NAMESPACE();
namespace belamy::kernels {
namespace HWY_NAMESPACE {
namespace hn = hwy::HWY_NAMESPACE;

// Vectors along an axis: of pixels, of points, of taps or of outputs, the last ones unused where
// there are fewer. By name, not in an array, so that they stay in registers.
template <class V>
struct Four {
  V a, b, c, d;
};

// B of F(m, r), which depends on the number of points alone: values at 0, 1, infinity, -1.
template <size_t kPoints, class V>
HWY_INLINE Four<V> source_to_points(const Four<V>& x) {
  if constexpr (kPoints == 4) {
    return {hn::Sub(x.a, x.c), hn::Add(x.b, x.c), hn::Sub(x.d, x.b), hn::Sub(x.c, x.b)};
  } else {
    return {hn::Sub(x.a, x.b), hn::Add(x.b, x.b), hn::Sub(x.c, x.b), x.b};
  }
}

// The transpose of B's.
template <size_t kPoints, class V>
HWY_INLINE Four<V> points_to_source(const Four<V>& m) {
  if constexpr (kPoints == 4) {
    return {m.a, hn::Sub(hn::Sub(m.b, m.c), m.d), hn::Sub(hn::Add(m.b, m.d), m.a), m.c};
  } else {
    return {m.a, hn::Sub(hn::Sub(hn::Add(m.b, m.b), m.a), m.c), m.c, m.c};
  }
}

// The transpose of A.
template <size_t kPoints, size_t kOutputs, class V>
HWY_INLINE Four<V> points_to_outputs(const Four<V>& m) {
  if constexpr (kPoints == 3) {
    return {hn::Add(m.a, m.b), hn::Add(m.b, m.c), m.c, m.c};
  } else {
    const V even = hn::Add(m.b, m.d), odd = hn::Sub(m.b, m.d);
    if constexpr (kOutputs == 2) return {hn::Add(m.a, even), hn::Add(odd, m.c), odd, odd};
    return {hn::Add(m.a, even), odd, hn::Add(even, m.c), odd};
  }
}

// G. The halves are its, whatever the number of points, so that segments share weights.
template <size_t kTaps, class D, class V = hn::Vec<D>>
HWY_INLINE Four<V> weights_to_points(D d, const Four<V>& g) {
  const auto half = hn::Set(d, 0.5f);
  if constexpr (kTaps == 2) {
    return {g.a, hn::Mul(half, hn::Add(g.a, g.b)), g.b, hn::Mul(half, hn::Sub(g.a, g.b))};
  } else {
    const V outer = hn::Add(g.a, g.c);
    return {g.a, hn::Mul(half, hn::Add(outer, g.b)), g.c, hn::Mul(half, hn::Sub(outer, g.b))};
  }
}

// The transpose of A's: what outputs' gradients are at the points.
template <size_t kPoints, size_t kOutputs, class V>
HWY_INLINE Four<V> gradient_to_points(const Four<V>& y) {
  if constexpr (kOutputs == 2) {
    return {y.a, hn::Add(y.a, y.b), y.b, kPoints == 4 ? hn::Sub(y.a, y.b) : y.b};
  } else {
    const V outer = hn::Add(y.a, y.c);
    return {y.a, hn::Add(outer, y.b), y.c, hn::Sub(outer, y.b)};
  }
}

// The transpose of G.
template <size_t kTaps, class D, class V = hn::Vec<D>>
HWY_INLINE Four<V> points_to_weights(D d, const Four<V>& m) {
  const auto half = hn::Set(d, 0.5f);
  const V even = hn::Mul(half, hn::Add(m.b, m.d)), odd = hn::Mul(half, hn::Sub(m.b, m.d));
  if constexpr (kTaps == 2) return {hn::Add(m.a, even), hn::Add(odd, m.c), odd, odd};
  return {hn::Add(m.a, even), odd, hn::Add(even, m.c), odd};
}

// A transform of two dimensions: row(i), transformed along its columns, for kRows rows, and then
// column(j, vectors of the rows) for kColumns columns of what came out.
template <size_t kRows, size_t kColumns, class Row, class Column>
HWY_INLINE void in_two_dimensions(const Row& row, const Column& column) {
  const auto a = row(0), b = row(1);
  const auto c = kRows > 2 ? row(kRows > 2 ? 2 : 1) : b;
  const auto d = kRows > 3 ? row(kRows > 3 ? 3 : 1) : b;
  using Vectors = std::remove_const_t<decltype(a)>;
  column(0, Vectors{a.a, b.a, c.a, d.a});
  column(1, Vectors{a.b, b.b, c.b, d.b});
  if constexpr (kColumns > 2) column(2, Vectors{a.c, b.c, c.c, d.c});
  if constexpr (kColumns > 3) column(3, Vectors{a.d, b.d, c.d, d.d});
}

// The first kCount of a row's vectors, the last of them again in place of others.
template <size_t kCount, class Load>
HWY_INLINE auto load_four(const Load& load) {
  const auto a = load(0), b = load(1);
  const auto c = kCount > 2 ? load(kCount > 2 ? 2 : 1) : b;
  return Four<std::remove_const_t<decltype(a)>>{a, b, c, kCount > 3 ? load(kCount - 1) : c};
}

// Stores the first kCount vectors as store(index, vector).
template <size_t kCount, class V, class Store>
HWY_INLINE void store_four(const Four<V>& v, const Store& store) {
  store(0, v.a);
  store(1, v.b);
  if constexpr (kCount > 2) store(2, v.c);
  if constexpr (kCount > 3) store(3, v.d);
}

}  // namespace HWY_NAMESPACE
}  // namespace belamy::kernels
HWY_AFTER_NAMESPACE();

#endif  // BELAMY_KERNELS_WINOGRAD_ALGEBRA_INL_H_
