#include "belamy/kernels/rows.h"

#include <algorithm>

#include "belamy/kernels/dispatch.h"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "belamy/kernels/rows.cpp"
// clang-format off
#include "hwy/foreach_target.h"  // re-includes this file; must come before highway.h
#include "hwy/highway.h"
#include "belamy/kernels/activation-inl.h"
#include "belamy/kernels/bf16-inl.h"
#include "belamy/kernels/vectors-inl.h"
// clang-format on

HWY_BEFORE_NAMESPACE();
namespace belamy::kernels {
namespace HWY_NAMESPACE {

template <class T>
HWY_INLINE void finish(const float* sums, size_t sums_stride, size_t rows, size_t columns,
                       const float* bias, ActivationFunction function, T* out, size_t out_stride) {
  with_activation(function.kind, [&](auto kind) HWY_ATTR {
    for (size_t row = 0; row < rows; ++row) {
      const float* from = sums + row * sums_stride;
      T* to = out + row * out_stride;
      for_vectors<float>(columns, [&](auto d, size_t c) HWY_ATTR {
        auto z = hn::LoadU(d, from + c);
        if (bias != nullptr) z = hn::Add(z, hn::LoadU(d, bias + c));
        store_float(activate_vector(d, z, kind, function.alpha), d, to + c);
      });
    }
  });
}

void finish_float(const float* sums, size_t sums_stride, size_t rows, size_t columns,
                  const float* bias, ActivationFunction function, float* out, size_t out_stride) {
  finish(sums, sums_stride, rows, columns, bias, function, out, out_stride);
}

void finish_bf16(const float* sums, size_t sums_stride, size_t rows, size_t columns,
                 const float* bias, ActivationFunction function, Bf16* out, size_t out_stride) {
  finish(sums, sums_stride, rows, columns, bias, function, out, out_stride);
}

// The gradient in d lanes from element i on: stored, and returned as what was stored. A linear one
// is what came, and need not be stored.
template <class T, class D, class Kind>
HWY_INLINE hn::Vec<D> gradient_lanes(D d, const T* y, const T* dy, T* dz, size_t i, Kind kind,
                                     float alpha) {
  auto gradient = load_float(d, dy + i);
  if constexpr (Kind::value != ActivationKind::kLinear) {
    gradient = hn::Mul(gradient, activation_slope(d, load_float(d, y + i), kind, alpha));
  }
  if (Kind::value == ActivationKind::kLinear && dz == nullptr) return gradient;
  store_float(gradient, d, dz + i);
  return load_float(d, dz + i);
}

// One column: vectors run along the rows.
template <class T, class Kind>
HWY_INLINE void gradient_column(const T* y, const T* dy, size_t rows, Kind kind, float alpha, T* dz,
                                float* column_sum) {
  const hn::ScalableTag<float> d;
  auto sum = hn::Zero(d);
  size_t i = 0;
  for (; i + hn::Lanes(d) <= rows; i += hn::Lanes(d)) {
    sum = hn::Add(sum, gradient_lanes(d, y, dy, dz, i, kind, alpha));
  }
  float total = hn::GetLane(hn::SumOfLanes(d, sum));
  const hn::CappedTag<float, 1> single;
  for (; i < rows; ++i) total += hn::GetLane(gradient_lanes(single, y, dy, dz, i, kind, alpha));
  if (column_sum != nullptr) *column_sum += total;
}

template <class T>
HWY_INLINE void gradient(const T* y, const T* dy, size_t rows, size_t columns, size_t stride,
                         ActivationFunction function, T* dz, float* column_sums) {
  with_activation(function.kind, [&](auto kind) HWY_ATTR {
    if (columns == 1 && stride == 1) {
      return gradient_column(y, dy, rows, kind, function.alpha, dz, column_sums);
    }
    for (size_t row = 0; row < rows; ++row) {
      const size_t start = row * stride;
      for_vectors<float>(columns, [&](auto d, size_t c) HWY_ATTR {
        const auto stored = gradient_lanes(d, y, dy, dz, start + c, kind, function.alpha);
        if (column_sums != nullptr) {
          hn::StoreU(hn::Add(stored, hn::LoadU(d, column_sums + c)), d, column_sums + c);
        }
      });
    }
  });
}

// Lanes of 32 bits to and from bytes.
template <class D, class V>
HWY_INLINE void store_bytes(D, V lanes, uint8_t* out) {
  const hn::Rebind<uint8_t, D> d_byte;
  hn::StoreU(hn::DemoteTo(d_byte, lanes), d_byte, out);
}

template <class D>
HWY_INLINE hn::Vec<hn::RebindToSigned<D>> load_bytes(D, const uint8_t* in) {
  const hn::RebindToSigned<D> d_signed;
  const hn::Rebind<uint8_t, D> d_byte;
  return hn::PromoteTo(d_signed, hn::LoadU(d_byte, in));
}

template <class T>
HWY_INLINE void pooled(const float* sums, size_t sums_stride, size_t sums_pitch,
                       const PooledImage& image, const float* bias, ActivationFunction function,
                       T* y, uint8_t* winner) {
  const size_t channels = image.channels;
  with_activation(function.kind, [&](auto kind) HWY_ATTR {
    for (size_t row = 0; row < image.pooled_rows(); ++row) {
      for (size_t column = 0; column < image.pooled_columns(); ++column) {
        const float* window =
            sums +
            (row * image.window_rows * sums_pitch + column * image.window_columns) * sums_stride;
        for_vectors<float>(channels, [&](auto d, size_t c) HWY_ATTR {
          const hn::RebindToSigned<decltype(d)> d_signed;
          auto best = hn::LoadU(d, window + c);
          auto place = hn::Zero(d_signed);
          for (size_t i = 1; i < image.window_rows * image.window_columns; ++i) {
            const size_t pixel = i / image.window_columns * sums_pitch + i % image.window_columns;
            const auto value = hn::LoadU(d, window + pixel * sums_stride + c);
            // Not "greater": a NaN must win.
            const auto wins = hn::Not(hn::Le(value, best));
            best = hn::IfThenElse(wins, value, best);
            place = hn::IfThenElse(hn::RebindMask(d_signed, wins),
                                   hn::Set(d_signed, static_cast<int32_t>(i)), place);
          }
          if (bias != nullptr) best = hn::Add(best, hn::LoadU(d, bias + c));
          store_float(activate_vector(d, best, kind, function.alpha), d, y + c);
          store_bytes(d, place, winner + c);
        });
        y += channels;
        winner += channels;
      }
    }
  });
}

template <class T>
HWY_INLINE void gradient_through_pool(const T* y, const T* dy, const uint8_t* winner,
                                      const PooledImage& image, ActivationFunction function, T* dz,
                                      float* column_sums) {
  const size_t channels = image.channels;
  with_activation(function.kind, [&](auto kind) HWY_ATTR {
    for (size_t row = 0; row < image.pooled_rows(); ++row) {
      for (size_t column = 0; column < image.pooled_columns(); ++column) {
        const size_t start = (row * image.pooled_columns() + column) * channels;
        T* window = dz + (row * image.window_rows * image.columns + column * image.window_columns) *
                             channels;
        for_vectors<float>(channels, [&](auto d, size_t c) HWY_ATTR {
          const hn::RebindToSigned<decltype(d)> d_signed;
          const auto slope =
              activation_slope(d, load_float(d, y + start + c), kind, function.alpha);
          const auto gradient = hn::Mul(load_float(d, dy + start + c), slope);
          const auto place = load_bytes(d, winner + start + c);
          for (size_t i = 0; i < image.window_rows * image.window_columns; ++i) {
            const size_t pixel =
                i / image.window_columns * image.columns + i % image.window_columns;
            const auto here = hn::Eq(place, hn::Set(d_signed, static_cast<int32_t>(i)));
            store_float(hn::IfThenElseZero(hn::RebindMask(d, here), gradient), d,
                        window + pixel * channels + c);
          }
          if (column_sums != nullptr) {
            hn::StoreU(hn::Add(gradient, hn::LoadU(d, column_sums + c)), d, column_sums + c);
          }
        });
      }
    }
  });
}

// Each template for both types, under names that can be exported.
void gradient_bf16(const Bf16* y, const Bf16* dy, size_t rows, size_t columns, size_t stride,
                   ActivationFunction function, Bf16* dz, float* column_sums) {
  gradient(y, dy, rows, columns, stride, function, dz, column_sums);
}

void pooled_bf16(const float* sums, size_t sums_stride, size_t sums_pitch, const PooledImage& image,
                 const float* bias, ActivationFunction function, Bf16* y, uint8_t* winner) {
  pooled(sums, sums_stride, sums_pitch, image, bias, function, y, winner);
}

void gradient_through_pool_bf16(const Bf16* y, const Bf16* dy, const uint8_t* winner,
                                const PooledImage& image, ActivationFunction function, Bf16* dz,
                                float* column_sums) {
  gradient_through_pool(y, dy, winner, image, function, dz, column_sums);
}

void gradient_float(const float* y, const float* dy, size_t rows, size_t columns, size_t stride,
                    ActivationFunction function, float* dz, float* column_sums) {
  gradient(y, dy, rows, columns, stride, function, dz, column_sums);
}

void pooled_float(const float* sums, size_t sums_stride, size_t sums_pitch,
                  const PooledImage& image, const float* bias, ActivationFunction function,
                  float* y, uint8_t* winner) {
  pooled(sums, sums_stride, sums_pitch, image, bias, function, y, winner);
}

void gradient_through_pool_float(const float* y, const float* dy, const uint8_t* winner,
                                 const PooledImage& image, ActivationFunction function, float* dz,
                                 float* column_sums) {
  gradient_through_pool(y, dy, winner, image, function, dz, column_sums);
}

void add_all(const float* from, float* into, size_t count) {
  for_vectors<float>(count, [&](auto d, size_t i) HWY_ATTR {
    hn::StoreU(hn::Add(hn::LoadU(d, from + i), hn::LoadU(d, into + i)), d, into + i);
  });
}

}  // namespace HWY_NAMESPACE
}  // namespace belamy::kernels
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace belamy::kernels {

HWY_EXPORT(finish_float);
HWY_EXPORT(finish_bf16);
HWY_EXPORT(gradient_bf16);
HWY_EXPORT(gradient_float);
HWY_EXPORT(add_all);
HWY_EXPORT(pooled_bf16);
HWY_EXPORT(pooled_float);
HWY_EXPORT(gradient_through_pool_bf16);
HWY_EXPORT(gradient_through_pool_float);

void finish_rows(const float* sums, size_t sums_stride, size_t rows, size_t columns,
                 const float* bias, ActivationFunction function, Bf16* out, size_t out_stride) {
  apply_simd_environment();
  HWY_DYNAMIC_DISPATCH(finish_bf16)
  (sums, sums_stride, rows, columns, bias, function, out, out_stride);
}

void finish_rows(const float* sums, size_t sums_stride, size_t rows, size_t columns,
                 const float* bias, ActivationFunction function, float* out, size_t out_stride) {
  apply_simd_environment();
  HWY_DYNAMIC_DISPATCH(finish_float)
  (sums, sums_stride, rows, columns, bias, function, out, out_stride);
}

namespace {

// Pixels that no window covers get no gradient from one.
template <class T>
void clear_uncovered(const PooledImage& image, T* dz) {
  const bool covered =
      image.rows % image.window_rows == 0 && image.columns % image.window_columns == 0;
  if (!covered) std::fill_n(dz, image.rows * image.columns * image.channels, T{});
}

}  // namespace

void gradient_rows(const Bf16* y, const Bf16* dy, size_t rows, size_t columns, size_t stride,
                   ActivationFunction function, Bf16* dz, float* column_sums) {
  apply_simd_environment();
  HWY_DYNAMIC_DISPATCH(gradient_bf16)(y, dy, rows, columns, stride, function, dz, column_sums);
}

void finish_pooled(const float* sums, size_t sums_stride, size_t sums_pitch,
                   const PooledImage& image, const float* bias, ActivationFunction function,
                   Bf16* y, uint8_t* winner) {
  apply_simd_environment();
  HWY_DYNAMIC_DISPATCH(pooled_bf16)
  (sums, sums_stride, sums_pitch, image, bias, function, y, winner);
}

void gradient_pooled(const Bf16* y, const Bf16* dy, const uint8_t* winner, const PooledImage& image,
                     ActivationFunction function, Bf16* dz, float* column_sums) {
  apply_simd_environment();
  clear_uncovered(image, dz);
  HWY_DYNAMIC_DISPATCH(gradient_through_pool_bf16)
  (y, dy, winner, image, function, dz, column_sums);
}

void gradient_rows(const float* y, const float* dy, size_t rows, size_t columns, size_t stride,
                   ActivationFunction function, float* dz, float* column_sums) {
  apply_simd_environment();
  HWY_DYNAMIC_DISPATCH(gradient_float)(y, dy, rows, columns, stride, function, dz, column_sums);
}

void finish_pooled(const float* sums, size_t sums_stride, size_t sums_pitch,
                   const PooledImage& image, const float* bias, ActivationFunction function,
                   float* y, uint8_t* winner) {
  apply_simd_environment();
  HWY_DYNAMIC_DISPATCH(pooled_float)
  (sums, sums_stride, sums_pitch, image, bias, function, y, winner);
}

void gradient_pooled(const float* y, const float* dy, const uint8_t* winner,
                     const PooledImage& image, ActivationFunction function, float* dz,
                     float* column_sums) {
  apply_simd_environment();
  clear_uncovered(image, dz);
  HWY_DYNAMIC_DISPATCH(gradient_through_pool_float)
  (y, dy, winner, image, function, dz, column_sums);
}

void add(const float* from, float* into, size_t count) {
  apply_simd_environment();
  HWY_DYNAMIC_DISPATCH(add_all)(from, into, count);
}

}  // namespace belamy::kernels
#endif  // HWY_ONCE
