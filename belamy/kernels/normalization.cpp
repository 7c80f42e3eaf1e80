#include "belamy/kernels/normalization.h"

#include <algorithm>

#include "belamy/kernels/normalization_checks.h"
#include "belamy/kernels/row_blocks.h"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "belamy/kernels/normalization.cpp"
// clang-format off
#include "hwy/foreach_target.h"  // re-includes this file; must come before highway.h
#include "hwy/highway.h"
#include "belamy/kernels/activation-inl.h"
#include "belamy/kernels/row_tiles-inl.h"
// clang-format on

#ifndef BELAMY_KERNELS_NORMALIZATION_ONCE
#define BELAMY_KERNELS_NORMALIZATION_ONCE
namespace belamy::kernels {

// Padded arrays of channels.
struct BlockStatistics {
  float* first;
  float* distance;
  float* squares;
};

inline BlockStatistics statistics_of(ChannelArrays& parts, size_t block) {
  return {parts[3 * block], parts[3 * block + 1], parts[3 * block + 2]};
}

}  // namespace belamy::kernels
#endif

HWY_BEFORE_NAMESPACE();
namespace belamy::kernels {
namespace HWY_NAMESPACE {

// Adds the tile's distances from `shift`, and their squares, to the sums.
HWY_INLINE void add_distances(const float* u, const RowTile& tile, const float* HWY_RESTRICT shift,
                              float* HWY_RESTRICT sum, float* HWY_RESTRICT squares) {
  const hn::ScalableTag<float> d;
  for (size_t i = 0; i < tile.width; i += hn::Lanes(d)) {
    const size_t channel = tile.channel + i;
    const auto center = hn::LoadU(d, shift + channel);
    auto s = hn::LoadU(d, sum + channel), s2 = hn::LoadU(d, squares + channel);
    for_row_groups(tile.rows, [&](size_t row, size_t end) HWY_ATTR {
      auto group = hn::Zero(d), group2 = hn::Zero(d);
      for (; row < end; ++row) {
        const auto distance = hn::Sub(hn::LoadU(d, u + row * tile.width + i), center);
        group = hn::Add(group, distance);
        group2 = hn::MulAdd(distance, distance, group2);
      }
      s = hn::Add(s, group);
      s2 = hn::Add(s2, group2);
    });
    hn::StoreU(s, d, sum + channel);
    hn::StoreU(s2, d, squares + channel);
  }
}

// The block's first row after dropout; its mean's distance from there, which keeps the digits that
// a mean far from 0 would cost; and the sum of squared distances from the mean. The arrays are
// padded.
template <class T>
HWY_INLINE void statistics_block(const T* x, RowBlock block, const DropoutMask& before,
                                 const BlockStatistics& out) {
  const size_t padded = block.channels + kChannelPadding;
  for (float* array : {out.first, out.distance, out.squares}) std::fill_n(array, padded, 0.0f);
  TileRoom room;
  for_row_tiles({block.first_row, 1, block.channels}, [&](const RowTile& tile) HWY_ATTR {
    std::copy_n(load_tile(x, tile, before, room), tile.width, out.first + tile.channel);
  });
  for_row_tiles(block, [&](const RowTile& tile) HWY_ATTR {
    add_distances(load_tile(x, tile, before, room), tile, out.first, out.distance, out.squares);
  });
  const float inverse = 1.0f / static_cast<float>(block.rows);
  for_vectors<float>(block.channels, [&](auto d, size_t i) HWY_ATTR {
    const auto sum = hn::LoadU(d, out.distance + i);
    const auto distance = hn::Mul(sum, hn::Set(d, inverse));
    const auto about_mean = hn::NegMulAdd(sum, distance, hn::LoadU(d, out.squares + i));
    hn::StoreU(distance, d, out.distance + i);
    // NaN must stay: Max might drop it.
    hn::StoreU(hn::IfThenZeroElse(hn::Lt(about_mean, hn::Zero(d)), about_mean), d, out.squares + i);
  });
}

// The statistics of all rows from those of the blocks, in double and in the blocks' order.
void join_statistics(ChannelArrays& parts, NormalizationShape shape, float epsilon,
                     const BatchStatistics& out) {
  const size_t blocks = row_block_count(shape), most = rows_a_block(shape);
  const auto all_rows = static_cast<double>(shape.rows);
  for_vectors<double>(shape.channels, [&](auto d, size_t i) HWY_ATTR {
    const hn::Rebind<float, decltype(d)> d_float;
    const auto load = [&](const float* from)
                          HWY_ATTR { return hn::PromoteTo(d, hn::LoadU(d_float, from + i)); };
    const auto store = [&](auto value, float* to)
                           HWY_ATTR { hn::StoreU(hn::DemoteTo(d_float, value), d_float, to + i); };
    auto mean = hn::Zero(d), squares = hn::Zero(d);
    for (size_t block = 0; block < blocks; ++block) {
      const double rows = static_cast<double>(HWY_MIN(most, shape.rows - block * most));
      const BlockStatistics part = statistics_of(parts, block);
      const auto block_mean = hn::Add(load(part.first), load(part.distance));
      mean = hn::MulAdd(block_mean, hn::Set(d, rows / all_rows), mean);
    }
    for (size_t block = 0; block < blocks; ++block) {
      const double rows = static_cast<double>(HWY_MIN(most, shape.rows - block * most));
      const BlockStatistics part = statistics_of(parts, block);
      const auto distance = hn::Sub(hn::Add(load(part.first), load(part.distance)), mean);
      squares = hn::Add(squares, load(part.squares));
      squares = hn::MulAdd(hn::Mul(distance, hn::Set(d, rows)), distance, squares);
    }
    const auto variance = hn::Div(squares, hn::Set(d, all_rows));
    const auto deviation = hn::Sqrt(hn::Add(variance, hn::Set(d, double{epsilon})));
    store(mean, out.mean);
    store(variance, out.variance);
    store(hn::Div(hn::Set(d, 1.0), deviation), out.inverse_deviation);
  });
}

// y = dropout(f((u - mean) scale + beta)); the arrays are padded.
template <class T>
HWY_INLINE void normalize_block(const T* x, T* y, RowBlock block, const Normalization& n,
                                const float* mean, const float* scale, const float* beta) {
  const hn::ScalableTag<float> d;
  TileRoom in_room, out_room;
  with_activation(n.function.kind, [&](auto kind) HWY_ATTR {
    for_row_tiles(block, [&](const RowTile& tile) HWY_ATTR {
      const float* u = load_tile(x, tile, n.before, in_room);
      store_tile(y, tile, n.after, out_room, [&](float* out) HWY_ATTR {
        for (size_t row = 0; row < tile.rows; ++row) {
          for (size_t i = 0; i < tile.width; i += hn::Lanes(d)) {
            const size_t channel = tile.channel + i, at = row * tile.width + i;
            const auto distance = hn::Sub(hn::LoadU(d, u + at), hn::LoadU(d, mean + channel));
            const auto z =
                hn::MulAdd(distance, hn::LoadU(d, scale + channel), hn::LoadU(d, beta + channel));
            hn::StoreU(activate_vector(d, z, kind, n.function.alpha), d, out + at);
          }
        }
      });
    });
  });
}

void statistics_float(const float* x, RowBlock block, const DropoutMask& before,
                      const BlockStatistics& out) {
  statistics_block(x, block, before, out);
}

void statistics_bf16(const Bf16* x, RowBlock block, const DropoutMask& before,
                     const BlockStatistics& out) {
  statistics_block(x, block, before, out);
}

void normalize_float(const float* x, float* y, RowBlock block, const Normalization& n,
                     const float* mean, const float* scale, const float* beta) {
  normalize_block(x, y, block, n, mean, scale, beta);
}

void normalize_bf16(const Bf16* x, Bf16* y, RowBlock block, const Normalization& n,
                    const float* mean, const float* scale, const float* beta) {
  normalize_block(x, y, block, n, mean, scale, beta);
}

}  // namespace HWY_NAMESPACE
}  // namespace belamy::kernels
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace belamy::kernels {

HWY_EXPORT(statistics_float);
HWY_EXPORT(statistics_bf16);
HWY_EXPORT(join_statistics);
HWY_EXPORT(normalize_float);
HWY_EXPORT(normalize_bf16);

namespace {

template <class T>
auto statistics_kernel() {
  if constexpr (sizeof(T) == sizeof(float)) {
    return &HWY_DYNAMIC_DISPATCH(statistics_float);
  } else {
    return &HWY_DYNAMIC_DISPATCH(statistics_bf16);
  }
}

template <class T>
auto normalize_kernel() {
  if constexpr (sizeof(T) == sizeof(float)) {
    return &HWY_DYNAMIC_DISPATCH(normalize_float);
  } else {
    return &HWY_DYNAMIC_DISPATCH(normalize_bf16);
  }
}

template <class T>
void normalize(const T* x, T* y, NormalizationShape shape, const Normalization& normalization,
               const ChannelArrays& mean_scale_beta) {
  const auto& arrays = mean_scale_beta;
  for_row_blocks(shape, [&, kernel = normalize_kernel<T>()](size_t, RowBlock block) {
    kernel(x, y, block, normalization, arrays[0], arrays[1], arrays[2]);
  });
}

template <class T>
void forward(const T* x, T* y, NormalizationShape shape, const Normalization& normalization,
             const BatchStatistics& out) {
  check_normalization(shape, normalization);
  const size_t channels = shape.channels;
  apply_simd_environment();
  ChannelArrays parts(3 * row_block_count(shape), channels), arrays(3, channels);
  for_row_blocks(shape, [&, kernel = statistics_kernel<T>()](size_t number, RowBlock block) {
    kernel(x, block, normalization.before, statistics_of(parts, number));
  });
  HWY_DYNAMIC_DISPATCH(join_statistics)(parts, shape, normalization.epsilon, out);
  arrays.set(0, {out.mean, channels});
  arrays.set(1, {out.inverse_deviation, channels});
  arrays.set(2, {normalization.beta, channels});
  for (size_t c = 0; c < channels; ++c) arrays[1][c] *= normalization.gamma[c];
  normalize(x, y, shape, normalization, arrays);
}

template <class T>
void inference(const T* x, T* y, NormalizationShape shape, const float* scale, const float* shift,
               ActivationFunction function) {
  if (shape.channels == 0) return;
  apply_simd_environment();
  ChannelArrays arrays(3, shape.channels);
  arrays.set(0, {});
  arrays.set(1, {scale, shape.channels});
  arrays.set(2, {shift, shape.channels});
  normalize(x, y, shape, {.function = function}, arrays);
}

}  // namespace

void batch_normalization(const float* x, float* y, NormalizationShape shape,
                         const Normalization& normalization, BatchStatistics statistics) {
  forward(x, y, shape, normalization, statistics);
}

void batch_normalization(const Bf16* x, Bf16* y, NormalizationShape shape,
                         const Normalization& normalization, BatchStatistics statistics) {
  forward(x, y, shape, normalization, statistics);
}

void scale_shift(const float* x, float* y, NormalizationShape shape, const float* scale,
                 const float* shift, ActivationFunction function) {
  inference(x, y, shape, scale, shift, function);
}

void scale_shift(const Bf16* x, Bf16* y, NormalizationShape shape, const float* scale,
                 const float* shift, ActivationFunction function) {
  inference(x, y, shape, scale, shift, function);
}

}  // namespace belamy::kernels
#endif  // HWY_ONCE
