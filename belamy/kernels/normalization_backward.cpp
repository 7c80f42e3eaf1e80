#include <algorithm>
#include <span>

#include "belamy/kernels/normalization.h"
#include "belamy/kernels/normalization_checks.h"
#include "belamy/kernels/row_blocks.h"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "belamy/kernels/normalization_backward.cpp"
// clang-format off
#include "hwy/foreach_target.h"  // re-includes this file; must come before highway.h
#include "hwy/highway.h"
#include "belamy/kernels/activation-inl.h"
#include "belamy/kernels/row_tiles-inl.h"
// clang-format on

#ifndef BELAMY_KERNELS_NORMALIZATION_BACKWARD_ONCE
#define BELAMY_KERNELS_NORMALIZATION_BACKWARD_ONCE
namespace belamy::kernels {

// Padded arrays of channels.
struct BackwardChannels {
  const float* mean;
  const float* inverse_deviation;
  const float* scale;  // gamma / deviation
  const float* beta;
  const float* mean_dz;       // the means over all rows; the first pass, which sums
  const float* mean_dz_xhat;  // them, does not read these two
};

}  // namespace belamy::kernels
#endif

HWY_BEFORE_NAMESPACE();
namespace belamy::kernels {
namespace HWY_NAMESPACE {

template <class V>
struct Recomputed {
  V xhat, dz;
};

// The normalized input and the gradient of f's input, of the vector of channels from `channel`. z
// is computed as the forward pass does it, so that f's kinks are where they were.
template <class D, class Kind>
HWY_INLINE Recomputed<hn::Vec<D>> recompute(D d, const float* u, const float* dy, size_t channel,
                                            const BackwardChannels& c, Kind kind, float alpha) {
  const auto distance = hn::Sub(hn::LoadU(d, u), hn::LoadU(d, c.mean + channel));
  const auto xhat = hn::Mul(distance, hn::LoadU(d, c.inverse_deviation + channel));
  const auto z =
      hn::MulAdd(distance, hn::LoadU(d, c.scale + channel), hn::LoadU(d, c.beta + channel));
  const auto slope = activation_slope(d, activate_vector(d, z, kind, alpha), kind, alpha);
  return {xhat, hn::Mul(hn::LoadU(d, dy), slope)};
}

// Sums over the block's rows, in padded arrays.
template <class T>
HWY_INLINE void sums_block(const T* x, const T* dy, RowBlock block, const Normalization& n,
                           const BackwardChannels& c, float* HWY_RESTRICT sum_dz,
                           float* HWY_RESTRICT sum_dz_xhat) {
  const hn::ScalableTag<float> d;
  for (float* sum : {sum_dz, sum_dz_xhat}) std::fill_n(sum, block.channels + kChannelPadding, 0.0f);
  TileRoom u_room, dy_room;
  with_activation(n.function.kind, [&](auto kind) HWY_ATTR {
    for_row_tiles(block, [&](const RowTile& tile) HWY_ATTR {
      const float* u = load_tile(x, tile, n.before, u_room);
      const float* g = load_tile(dy, tile, n.after, dy_room);
      for (size_t i = 0; i < tile.width; i += hn::Lanes(d)) {
        const size_t channel = tile.channel + i;
        auto sum = hn::LoadU(d, sum_dz + channel), product = hn::LoadU(d, sum_dz_xhat + channel);
        for_row_groups(tile.rows, [&](size_t row, size_t end) HWY_ATTR {
          auto group = hn::Zero(d), group_product = hn::Zero(d);
          for (; row < end; ++row) {
            const size_t at = row * tile.width + i;
            const auto r = recompute(d, u + at, g + at, channel, c, kind, n.function.alpha);
            group = hn::Add(group, r.dz);
            group_product = hn::MulAdd(r.dz, r.xhat, group_product);
          }
          sum = hn::Add(sum, group);
          product = hn::Add(product, group_product);
        });
        hn::StoreU(sum, d, sum_dz + channel);
        hn::StoreU(product, d, sum_dz_xhat + channel);
      }
    });
  });
}

// The sum over blocks of array 2 block + which, in double and in the blocks' order.
void join_sums(const ChannelArrays& parts, size_t blocks, size_t which, float* out,
               size_t channels) {
  for_vectors<double>(channels, [&](auto d, size_t i) HWY_ATTR {
    const hn::Rebind<float, decltype(d)> d_float;
    auto sum = hn::Zero(d);
    for (size_t block = 0; block < blocks; ++block) {
      sum = hn::Add(sum, hn::PromoteTo(d, hn::LoadU(d_float, parts[2 * block + which] + i)));
    }
    hn::StoreU(hn::DemoteTo(d_float, sum), d_float, out + i);
  });
}

// dx = dropout(scale (dz - mean dz - xhat mean(dz xhat))).
template <class T>
HWY_INLINE void dx_block(const T* x, const T* dy, T* dx, RowBlock block, const Normalization& n,
                         const BackwardChannels& c) {
  const hn::ScalableTag<float> d;
  TileRoom u_room, dy_room, out_room;
  with_activation(n.function.kind, [&](auto kind) HWY_ATTR {
    for_row_tiles(block, [&](const RowTile& tile) HWY_ATTR {
      const float* u = load_tile(x, tile, n.before, u_room);
      const float* g = load_tile(dy, tile, n.after, dy_room);
      store_tile(dx, tile, n.before, out_room, [&](float* out) HWY_ATTR {
        for (size_t row = 0; row < tile.rows; ++row) {
          for (size_t i = 0; i < tile.width; i += hn::Lanes(d)) {
            const size_t channel = tile.channel + i, at = row * tile.width + i;
            const auto r = recompute(d, u + at, g + at, channel, c, kind, n.function.alpha);
            const auto centered = hn::Sub(r.dz, hn::LoadU(d, c.mean_dz + channel));
            const auto whitened =
                hn::NegMulAdd(r.xhat, hn::LoadU(d, c.mean_dz_xhat + channel), centered);
            hn::StoreU(hn::Mul(hn::LoadU(d, c.scale + channel), whitened), d, out + at);
          }
        }
      });
    });
  });
}

void sums_float(const float* x, const float* dy, RowBlock block, const Normalization& n,
                const BackwardChannels& c, float* sum_dz, float* sum_dz_xhat) {
  sums_block(x, dy, block, n, c, sum_dz, sum_dz_xhat);
}

void sums_bf16(const Bf16* x, const Bf16* dy, RowBlock block, const Normalization& n,
               const BackwardChannels& c, float* sum_dz, float* sum_dz_xhat) {
  sums_block(x, dy, block, n, c, sum_dz, sum_dz_xhat);
}

void dx_float(const float* x, const float* dy, float* dx, RowBlock block, const Normalization& n,
              const BackwardChannels& c) {
  dx_block(x, dy, dx, block, n, c);
}

void dx_bf16(const Bf16* x, const Bf16* dy, Bf16* dx, RowBlock block, const Normalization& n,
             const BackwardChannels& c) {
  dx_block(x, dy, dx, block, n, c);
}

}  // namespace HWY_NAMESPACE
}  // namespace belamy::kernels
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace belamy::kernels {

HWY_EXPORT(sums_float);
HWY_EXPORT(sums_bf16);
HWY_EXPORT(join_sums);
HWY_EXPORT(dx_float);
HWY_EXPORT(dx_bf16);

namespace {

template <class T>
auto sums_kernel() {
  if constexpr (sizeof(T) == sizeof(float)) {
    return &HWY_DYNAMIC_DISPATCH(sums_float);
  } else {
    return &HWY_DYNAMIC_DISPATCH(sums_bf16);
  }
}

template <class T>
auto dx_kernel() {
  if constexpr (sizeof(T) == sizeof(float)) {
    return &HWY_DYNAMIC_DISPATCH(dx_float);
  } else {
    return &HWY_DYNAMIC_DISPATCH(dx_bf16);
  }
}

template <class T>
void backward(NormalizationShape shape, const Normalization& normalization,
              const NormalizationGradients<T>& g) {
  check_normalization(shape, normalization);
  apply_simd_environment();
  const size_t channels = shape.channels, blocks = row_block_count(shape);
  ChannelArrays parts(2 * blocks, channels), arrays(6, channels);
  arrays.set(0, {g.mean, channels});
  arrays.set(1, {g.inverse_deviation, channels});
  arrays.set(2, {g.inverse_deviation, channels});
  for (size_t c = 0; c < channels; ++c) arrays[2][c] *= normalization.gamma[c];
  arrays.set(3, {normalization.beta, channels});
  const BackwardChannels c{arrays[0], arrays[1], arrays[2], arrays[3], arrays[4], arrays[5]};
  for_row_blocks(shape, [&, kernel = sums_kernel<T>()](size_t number, RowBlock block) {
    kernel(g.x, g.dy, block, normalization, c, parts[2 * number], parts[2 * number + 1]);
  });
  HWY_DYNAMIC_DISPATCH(join_sums)(parts, blocks, 0, g.dbeta, channels);
  HWY_DYNAMIC_DISPATCH(join_sums)(parts, blocks, 1, g.dgamma, channels);
  arrays.set(4, {g.dbeta, channels});
  arrays.set(5, {g.dgamma, channels});
  for (size_t i = 0; i < channels; ++i) {
    arrays[4][i] /= static_cast<float>(shape.rows);
    arrays[5][i] /= static_cast<float>(shape.rows);
  }
  for_row_blocks(shape, [&, kernel = dx_kernel<T>()](size_t, RowBlock block) {
    kernel(g.x, g.dy, g.dx, block, normalization, c);
  });
}

}  // namespace

void batch_normalization_backward(NormalizationShape shape, const Normalization& normalization,
                                  const NormalizationGradients<float>& gradients) {
  backward(shape, normalization, gradients);
}

void batch_normalization_backward(NormalizationShape shape, const Normalization& normalization,
                                  const NormalizationGradients<Bf16>& gradients) {
  backward(shape, normalization, gradients);
}

}  // namespace belamy::kernels
#endif  // HWY_ONCE
