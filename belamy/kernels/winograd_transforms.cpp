#include "belamy/kernels/winograd_transforms.h"

#include "belamy/kernels/dispatch.h"
#include "belamy/kernels/tile_multiply.h"

// Vectors stay in registers only where what takes them is part of what passes them.
#undef BELAMY_LAMBDA
#define BELAMY_LAMBDA HWY_ATTR __attribute__((always_inline))

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "belamy/kernels/winograd_transforms.cpp"
// clang-format off
#include "hwy/foreach_target.h"  // re-includes this file; must come before highway.h
#include "hwy/highway.h"
#include "belamy/kernels/bf16-inl.h"
#include "belamy/kernels/vectors-inl.h"
#include "belamy/kernels/winograd_algebra-inl.h"
// clang-format on

HWY_BEFORE_NAMESPACE();
namespace belamy::kernels {
namespace HWY_NAMESPACE {

template <class V, class D>
HWY_INLINE void store_rounded(V value, D d, float* out) {
  hn::StoreU(value, d, out);
}

// As store_float does, but for NaNs whose last bits are set: sums of what was Bf16 make none.
template <class V, class D>
HWY_INLINE hn::Vec<hn::RebindToUnsigned<D>> rounded_bits(V value, D) {
  const hn::RebindToUnsigned<D> d_bits;
  const auto bits = hn::BitCast(d_bits, value);
  const auto odd = hn::And(hn::ShiftRight<16>(bits), hn::Set(d_bits, 1u));
  return hn::Add(hn::Add(bits, hn::Set(d_bits, 0x7fffu)), odd);
}

template <class V, class D>
HWY_INLINE void store_rounded(V value, D d, Bf16* out) {
  const hn::Rebind<uint16_t, D> d_half;
  const auto upper = hn::ShiftRight<16>(rounded_bits(value, d));
  hn::StoreU(hn::TruncateTo(d_half, upper), d_half, reinterpret_cast<uint16_t*>(out));
}

// Where values at a point go: side by side in steps of a tile of A, ...
template <class T>
struct StepsOfTile {
  const WinogradPlane<T*>& to;

  template <class D>
  HWY_INLINE void store(hn::Vec<D> value, D d, size_t point, size_t channel) const {
    const size_t at = channel / kTileDepth<T> * kTileSize<T> + channel % kTileDepth<T>;
    store_rounded(value, d, to[point] + at);
  }
};

// ... or in a row of an operand that sums over tiles.
template <class T>
struct RowOfOperand {
  const WinogradRow<T>& row;

  template <class D>
  HWY_INLINE void store(hn::Vec<D> value, D d, size_t point, size_t channel) const {
    constexpr size_t kBlock = 2 * kTileColumns;
    const size_t at =
        channel / kBlock * row.block_strides[point] + channel % kBlock * kTilePacking<T>;
    T* out = row.to[point] + at;
    if constexpr (kTilePacking<T> == 1) {
      hn::StoreU(value, d, out);
    } else {
      const hn::RebindToUnsigned<D> d_bits;
      auto* pairs = reinterpret_cast<uint32_t*>(out);
      const auto bits = rounded_bits(value, d);
      const auto upper = hn::And(bits, hn::Set(d_bits, 0xffff0000u));
      hn::StoreU(
          row.second[point] ? hn::Or(upper, hn::LoadU(d_bits, pairs)) : hn::ShiftRight<16>(bits),
          d_bits, pairs);
    }
  }
};

template <size_t kRows, size_t kColumns, class T, class To>
HWY_INLINE void source(const WinogradPlane<const T*>& pixels, size_t channels, const To& to) {
  const hn::CappedTag<float, kTileColumns> d;
  for (size_t c = 0; c < channels; c += hn::Lanes(d)) {
    const auto row = [&](size_t i) BELAMY_LAMBDA {
      return source_to_points<kColumns>(load_four<kColumns>([&](size_t j) BELAMY_LAMBDA {
        return load_float(d, pixels[i * kWinogradPoints + j] + c);
      }));
    };
    in_two_dimensions<kRows, kColumns>(row, [&](size_t j, const auto& of_rows) BELAMY_LAMBDA {
      store_four<kRows>(source_to_points<kRows>(of_rows), [&](size_t i, auto value) BELAMY_LAMBDA {
        to.store(value, d, i * kWinogradPoints + j, c);
      });
    });
  }
}

template <class T, class To>
HWY_INLINE void source_of(const WinogradPlane<const T*>& pixels, size_t channels,
                          WinogradExtent points, const To& to) {
  if (points.rows == 4) {
    points.columns == 4 ? source<4, 4>(pixels, channels, to) : source<4, 3>(pixels, channels, to);
  } else {
    points.columns == 4 ? source<3, 4>(pixels, channels, to) : source<3, 3>(pixels, channels, to);
  }
}

void source_bf16(const WinogradPlane<const Bf16*>& pixels, size_t channels, WinogradExtent points,
                 const WinogradPlane<Bf16*>& to) {
  source_of(pixels, channels, points, StepsOfTile<Bf16>{to});
}

void source_float(const WinogradPlane<const float*>& pixels, size_t channels, WinogradExtent points,
                  const WinogradPlane<float*>& to) {
  source_of(pixels, channels, points, StepsOfTile<float>{to});
}

void source_row_bf16(const WinogradPlane<const Bf16*>& pixels, size_t channels,
                     WinogradExtent points, const WinogradRow<Bf16>& row) {
  source_of(pixels, channels, points, RowOfOperand<Bf16>{row});
}

void source_row_float(const WinogradPlane<const float*>& pixels, size_t channels,
                      WinogradExtent points, const WinogradRow<float>& row) {
  source_of(pixels, channels, points, RowOfOperand<float>{row});
}

template <size_t kRows, size_t kRowPoints, size_t kColumns, size_t kColumnPoints, class T, class To>
HWY_INLINE void gradient(const WinogradPlane<const T*>& pixels, size_t channels, const To& to) {
  const hn::CappedTag<float, kTileColumns> d;
  for (size_t c = 0; c < channels; c += hn::Lanes(d)) {
    const auto row = [&](size_t i) BELAMY_LAMBDA {
      return gradient_to_points<kColumnPoints, kColumns>(load_four<kColumns>(
          [&](size_t j)
              BELAMY_LAMBDA { return load_float(d, pixels[i * kWinogradPoints + j] + c); }));
    };
    in_two_dimensions<kRows, kColumnPoints>(row, [&](size_t j, const auto& of_rows) BELAMY_LAMBDA {
      store_four<kRowPoints>(gradient_to_points<kRowPoints, kRows>(of_rows),
                             [&](size_t i, auto value)
                                 BELAMY_LAMBDA { to.store(value, d, i * kWinogradPoints + j, c); });
    });
  }
}

template <size_t kRows, size_t kRowPoints, class T, class To>
HWY_INLINE void gradient_of_rows(const WinogradPlane<const T*>& pixels, WinogradExtent outputs,
                                 size_t channels, WinogradExtent points, const To& to) {
  if (points.columns == 3) return gradient<kRows, kRowPoints, 2, 3>(pixels, channels, to);
  outputs.columns == 2 ? gradient<kRows, kRowPoints, 2, 4>(pixels, channels, to)
                       : gradient<kRows, kRowPoints, 3, 4>(pixels, channels, to);
}

template <class T, class To>
HWY_INLINE void gradient_of(const WinogradPlane<const T*>& pixels, WinogradExtent outputs,
                            size_t channels, WinogradExtent points, const To& to) {
  if (points.rows == 3) return gradient_of_rows<2, 3>(pixels, outputs, channels, points, to);
  outputs.rows == 2 ? gradient_of_rows<2, 4>(pixels, outputs, channels, points, to)
                    : gradient_of_rows<3, 4>(pixels, outputs, channels, points, to);
}

void gradient_bf16(const WinogradPlane<const Bf16*>& pixels, WinogradExtent outputs,
                   size_t channels, WinogradExtent points, const WinogradPlane<Bf16*>& to) {
  gradient_of(pixels, outputs, channels, points, StepsOfTile<Bf16>{to});
}

void gradient_float(const WinogradPlane<const float*>& pixels, WinogradExtent outputs,
                    size_t channels, WinogradExtent points, const WinogradPlane<float*>& to) {
  gradient_of(pixels, outputs, channels, points, StepsOfTile<float>{to});
}

void gradient_row_bf16(const WinogradPlane<const Bf16*>& pixels, WinogradExtent outputs,
                       size_t channels, WinogradExtent points, const WinogradRow<Bf16>& row) {
  gradient_of(pixels, outputs, channels, points, RowOfOperand<Bf16>{row});
}

void gradient_row_float(const WinogradPlane<const float*>& pixels, WinogradExtent outputs,
                        size_t channels, WinogradExtent points, const WinogradRow<float>& row) {
  gradient_of(pixels, outputs, channels, points, RowOfOperand<float>{row});
}

template <size_t kRows, size_t kColumns>
HWY_INLINE void scatter(const WinogradPlane<const float*>& from, size_t channels,
                        const WinogradPlane<float*>& to) {
  for_vectors<float>(channels, [&](auto d, size_t c) BELAMY_LAMBDA {
    const auto row = [&](size_t i) BELAMY_LAMBDA {
      return points_to_source<kColumns>(load_four<kColumns>(
          [&](size_t j) BELAMY_LAMBDA { return hn::LoadU(d, from[i * kWinogradPoints + j] + c); }));
    };
    in_two_dimensions<kRows, kColumns>(row, [&](size_t j, const auto& sums) BELAMY_LAMBDA {
      store_four<kRows>(points_to_source<kRows>(sums), [&](size_t i, auto value) BELAMY_LAMBDA {
        float* pixel = to[i * kWinogradPoints + j];
        if (pixel != nullptr) hn::StoreU(hn::Add(value, hn::LoadU(d, pixel + c)), d, pixel + c);
      });
    });
  });
}

void scatter_of(const WinogradPlane<const float*>& from, WinogradExtent points, size_t channels,
                const WinogradPlane<float*>& to) {
  if (points.rows == 4) {
    points.columns == 4 ? scatter<4, 4>(from, channels, to) : scatter<4, 3>(from, channels, to);
  } else {
    points.columns == 4 ? scatter<3, 4>(from, channels, to) : scatter<3, 3>(from, channels, to);
  }
}

template <size_t kRows, size_t kColumns>
HWY_INLINE void weights(const std::array<const float*, 9>& taps, size_t count,
                        const WinogradPlane<float*>& to) {
  for_vectors<float>(count, [&](auto d, size_t i) BELAMY_LAMBDA {
    const auto row = [&](size_t r) BELAMY_LAMBDA {
      return weights_to_points<kColumns>(d, load_four<kColumns>([&](size_t c) BELAMY_LAMBDA {
                                           return hn::LoadU(d, taps[r * 3 + c] + i);
                                         }));
    };
    in_two_dimensions<kRows, 4>(row, [&](size_t column, const auto& of_rows) BELAMY_LAMBDA {
      store_four<4>(weights_to_points<kRows>(d, of_rows),
                    [&](size_t point, auto value) BELAMY_LAMBDA {
                      float* out = to[point * kWinogradPoints + column];
                      if (out != nullptr) hn::StoreU(value, d, out + i);
                    });
    });
  });
}

void weights_of(const std::array<const float*, 9>& taps, size_t rows, size_t columns, size_t count,
                const WinogradPlane<float*>& to) {
  if (rows == 2) {
    columns == 2 ? weights<2, 2>(taps, count, to) : weights<2, 3>(taps, count, to);
  } else {
    columns == 2 ? weights<3, 2>(taps, count, to) : weights<3, 3>(taps, count, to);
  }
}

template <size_t kRows, size_t kColumns>
HWY_INLINE void weight_gradient(const WinogradPlane<const float*>& from, size_t count,
                                const std::array<float*, 9>& to) {
  for_vectors<float>(count, [&](auto d, size_t i) BELAMY_LAMBDA {
    const auto row = [&](size_t r) BELAMY_LAMBDA {
      return points_to_weights<kColumns>(d, load_four<4>([&](size_t c) BELAMY_LAMBDA {
                                           const float* in = from[r * kWinogradPoints + c];
                                           return in == nullptr ? hn::Zero(d)
                                                                : hn::LoadU(d, in + i);
                                         }));
    };
    in_two_dimensions<4, kColumns>(row, [&](size_t column, const auto& of_rows) BELAMY_LAMBDA {
      store_four<kRows>(points_to_weights<kRows>(d, of_rows),
                        [&](size_t r, auto value)
                            BELAMY_LAMBDA { hn::StoreU(value, d, to[r * 3 + column] + i); });
    });
  });
}

void weight_gradient_of(const WinogradPlane<const float*>& from, size_t rows, size_t columns,
                        size_t count, const std::array<float*, 9>& to) {
  if (rows == 2) {
    columns == 2 ? weight_gradient<2, 2>(from, count, to) : weight_gradient<2, 3>(from, count, to);
  } else {
    columns == 2 ? weight_gradient<3, 2>(from, count, to) : weight_gradient<3, 3>(from, count, to);
  }
}

template <size_t kRowPoints, size_t kRows, size_t kColumnPoints, size_t kColumns>
HWY_INLINE void outputs(const WinogradPlane<const float*>& from, const WinogradOutputs& to) {
  for_vectors<float>(to.channels, [&](auto d, size_t c) BELAMY_LAMBDA {
    const auto row = [&](size_t i) BELAMY_LAMBDA {
      return points_to_outputs<kColumnPoints, kColumns>(load_four<kColumnPoints>(
          [&](size_t j) BELAMY_LAMBDA { return hn::LoadU(d, from[i * kWinogradPoints + j] + c); }));
    };
    in_two_dimensions<kRowPoints, kColumns>(
        row, [&](size_t column, const auto& sums) BELAMY_LAMBDA {
          float* out = to.first + column * to.column_stride + c;
          store_four<kRows>(points_to_outputs<kRowPoints, kRows>(sums),
                            [&](size_t r, auto y)
                                BELAMY_LAMBDA { hn::StoreU(y, d, out + r * to.row_stride); });
        });
  });
}

template <size_t kRowPoints, size_t kRows>
HWY_INLINE void outputs_of_rows(const WinogradPlane<const float*>& from, WinogradExtent points,
                                const WinogradOutputs& to) {
  if (points.columns == 3) return outputs<kRowPoints, kRows, 3, 2>(from, to);
  to.columns == 2 ? outputs<kRowPoints, kRows, 4, 2>(from, to)
                  : outputs<kRowPoints, kRows, 4, 3>(from, to);
}

void outputs_of(const WinogradPlane<const float*>& from, WinogradExtent points,
                const WinogradOutputs& to) {
  if (points.rows == 3) return outputs_of_rows<3, 2>(from, points, to);
  to.rows == 2 ? outputs_of_rows<4, 2>(from, points, to) : outputs_of_rows<4, 3>(from, points, to);
}

}  // namespace HWY_NAMESPACE
}  // namespace belamy::kernels
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace belamy::kernels {

HWY_EXPORT(source_bf16);
HWY_EXPORT(source_float);
HWY_EXPORT(source_row_bf16);
HWY_EXPORT(source_row_float);
HWY_EXPORT(gradient_bf16);
HWY_EXPORT(gradient_float);
HWY_EXPORT(gradient_row_bf16);
HWY_EXPORT(gradient_row_float);
HWY_EXPORT(scatter_of);
HWY_EXPORT(weights_of);
HWY_EXPORT(weight_gradient_of);
HWY_EXPORT(outputs_of);

void winograd_source(const WinogradPlane<const Bf16*>& pixels, size_t channels,
                     WinogradExtent points, const WinogradPlane<Bf16*>& to) {
  HWY_DYNAMIC_DISPATCH(source_bf16)(pixels, channels, points, to);
}

void winograd_source(const WinogradPlane<const float*>& pixels, size_t channels,
                     WinogradExtent points, const WinogradPlane<float*>& to) {
  HWY_DYNAMIC_DISPATCH(source_float)(pixels, channels, points, to);
}

void winograd_source(const WinogradPlane<const Bf16*>& pixels, size_t channels,
                     WinogradExtent points, const WinogradRow<Bf16>& row) {
  HWY_DYNAMIC_DISPATCH(source_row_bf16)(pixels, channels, points, row);
}

void winograd_source(const WinogradPlane<const float*>& pixels, size_t channels,
                     WinogradExtent points, const WinogradRow<float>& row) {
  HWY_DYNAMIC_DISPATCH(source_row_float)(pixels, channels, points, row);
}

void winograd_gradient(const WinogradPlane<const Bf16*>& pixels, WinogradExtent outputs,
                       size_t channels, WinogradExtent points, const WinogradPlane<Bf16*>& to) {
  HWY_DYNAMIC_DISPATCH(gradient_bf16)(pixels, outputs, channels, points, to);
}

void winograd_gradient(const WinogradPlane<const float*>& pixels, WinogradExtent outputs,
                       size_t channels, WinogradExtent points, const WinogradPlane<float*>& to) {
  HWY_DYNAMIC_DISPATCH(gradient_float)(pixels, outputs, channels, points, to);
}

void winograd_gradient(const WinogradPlane<const Bf16*>& pixels, WinogradExtent outputs,
                       size_t channels, WinogradExtent points, const WinogradRow<Bf16>& row) {
  HWY_DYNAMIC_DISPATCH(gradient_row_bf16)(pixels, outputs, channels, points, row);
}

void winograd_gradient(const WinogradPlane<const float*>& pixels, WinogradExtent outputs,
                       size_t channels, WinogradExtent points, const WinogradRow<float>& row) {
  HWY_DYNAMIC_DISPATCH(gradient_row_float)(pixels, outputs, channels, points, row);
}

void winograd_scatter(const WinogradPlane<const float*>& from, WinogradExtent points,
                      size_t channels, const WinogradPlane<float*>& to) {
  HWY_DYNAMIC_DISPATCH(scatter_of)(from, points, channels, to);
}

void winograd_weight_gradient(const WinogradPlane<const float*>& from, size_t rows, size_t columns,
                              size_t count, const std::array<float*, 9>& to) {
  HWY_DYNAMIC_DISPATCH(weight_gradient_of)(from, rows, columns, count, to);
}

void winograd_weights(const std::array<const float*, 9>& taps, size_t rows, size_t columns,
                      size_t count, const WinogradPlane<float*>& to) {
  apply_simd_environment();
  HWY_DYNAMIC_DISPATCH(weights_of)(taps, rows, columns, count, to);
}

void winograd_outputs(const WinogradPlane<const float*>& from, WinogradExtent points,
                      const WinogradOutputs& outputs) {
  HWY_DYNAMIC_DISPATCH(outputs_of)(from, points, outputs);
}

}  // namespace belamy::kernels
#endif  // HWY_ONCE
