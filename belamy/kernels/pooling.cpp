#include "belamy/kernels/pooling.h"

#include <algorithm>

#include "belamy/core/error.h"
#include "belamy/kernels/chunks.h"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "belamy/kernels/pooling.cpp"
// clang-format off
#include "hwy/foreach_target.h"  // re-includes this file; must come before highway.h
#include "hwy/highway.h"
#include "belamy/kernels/bf16-inl.h"
#include "belamy/kernels/vectors-inl.h"
// clang-format on

HWY_BEFORE_NAMESPACE();
namespace belamy::kernels {
namespace HWY_NAMESPACE {

// Each function handles one row of the smaller tensor, or of dx, across all columns and channels.

template <class T>
HWY_INLINE void max_row(const T* x, T* y, uint8_t* winner, const PoolingShape& shape) {
  const size_t channels = shape.channels, row_stride = shape.width * channels;
  for (size_t column = 0; column < shape.pooled_width(); ++column) {
    const T* window = x + column * shape.window_width * channels;
    const size_t out = column * channels;
    for_vectors<float>(channels, [&](auto d, size_t i) HWY_ATTR {
      const hn::RebindToSigned<decltype(d)> d_place;
      const hn::Rebind<uint8_t, decltype(d)> d_byte;
      auto best = load_float(d, window + i);
      auto best_place = hn::Zero(d_place);
      int32_t place = 0;
      for (size_t row = 0; row < shape.window_height; ++row) {
        for (size_t at = 0; at < shape.window_width; ++at, ++place) {
          const auto value = load_float(d, window + row * row_stride + at * channels + i);
          // Not Ne: Highway 1.0's is false of NaN on AVX-512.
          const auto wins = hn::Or(hn::Gt(value, best), hn::Not(hn::Eq(value, value)));
          best = hn::IfThenElse(wins, value, best);
          best_place =
              hn::IfThenElse(hn::RebindMask(d_place, wins), hn::Set(d_place, place), best_place);
        }
      }
      store_float(best, d, y + out + i);
      hn::StoreU(hn::DemoteTo(d_byte, best_place), d_byte, winner + out + i);
    });
  }
}

// `first_place` is the place in the window of the row's first column.
template <class T>
HWY_INLINE void max_backward_row(const T* dy, const uint8_t* winner, T* dx, int32_t first_place,
                                 const PoolingShape& shape) {
  const size_t channels = shape.channels, window_width = shape.window_width;
  const size_t covered = shape.pooled_width() * window_width;
  for (size_t column = 0; column < covered; ++column) {
    const size_t in = column / window_width * channels;
    const int32_t place = first_place + static_cast<int32_t>(column % window_width);
    for_vectors<float>(channels, [&](auto d, size_t i) HWY_ATTR {
      const hn::RebindToSigned<decltype(d)> d_place;
      const hn::Rebind<uint8_t, decltype(d)> d_byte;
      const auto places = hn::PromoteTo(d_place, hn::LoadU(d_byte, winner + in + i));
      const auto here = hn::RebindMask(d, hn::Eq(places, hn::Set(d_place, place)));
      const auto gradient = hn::IfThenElseZero(here, load_float(d, dy + in + i));
      store_float(gradient, d, dx + column * channels + i);
    });
  }
  std::fill(dx + covered * channels, dx + shape.width * channels, T{});
}

template <class T>
HWY_INLINE void sum_row(const T* dy, T* dx, const PoolingShape& shape) {
  const size_t channels = shape.channels, row_stride = shape.width * channels;
  for (size_t column = 0; column < shape.pooled_width(); ++column) {
    const T* window = dy + column * shape.window_width * channels;
    for_vectors<float>(channels, [&](auto d, size_t i) HWY_ATTR {
      auto sum = hn::Zero(d);
      for (size_t row = 0; row < shape.window_height; ++row) {
        for (size_t at = 0; at < shape.window_width; ++at) {
          sum = hn::Add(sum, load_float(d, window + row * row_stride + at * channels + i));
        }
      }
      store_float(sum, d, dx + column * channels + i);
    });
  }
}

void max_row_float(const float* x, float* y, uint8_t* winner, const PoolingShape& shape) {
  max_row(x, y, winner, shape);
}

void max_row_bf16(const Bf16* x, Bf16* y, uint8_t* winner, const PoolingShape& shape) {
  max_row(x, y, winner, shape);
}

void max_backward_row_float(const float* dy, const uint8_t* winner, float* dx, int32_t first_place,
                            const PoolingShape& shape) {
  max_backward_row(dy, winner, dx, first_place, shape);
}

void max_backward_row_bf16(const Bf16* dy, const uint8_t* winner, Bf16* dx, int32_t first_place,
                           const PoolingShape& shape) {
  max_backward_row(dy, winner, dx, first_place, shape);
}

void sum_row_float(const float* dy, float* dx, const PoolingShape& shape) {
  sum_row(dy, dx, shape);
}

void sum_row_bf16(const Bf16* dy, Bf16* dx, const PoolingShape& shape) {
  sum_row(dy, dx, shape);
}

}  // namespace HWY_NAMESPACE
}  // namespace belamy::kernels
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace belamy::kernels {

HWY_EXPORT(max_row_float);
HWY_EXPORT(max_row_bf16);
HWY_EXPORT(max_backward_row_float);
HWY_EXPORT(max_backward_row_bf16);
HWY_EXPORT(sum_row_float);
HWY_EXPORT(sum_row_bf16);

namespace {

void check_window(const PoolingShape& shape) {
  const size_t size = shape.window_height * shape.window_width;
  if (size == 0 || shape.window_height > 256 || shape.window_width > 256 || size > 256) {
    fail(ErrorKind::kUsage, "a pooling window must have 1 to 256 elements, got {} x {}",
         shape.window_height, shape.window_width);
  }
}

void check_cover(const PoolingShape& shape) {
  const auto& [images, height, width, channels, window_height, window_width] = shape;
  if (window_height == 0 || window_width == 0 || height % window_height != 0 ||
      width % window_width != 0) {
    fail(ErrorKind::kUsage,
         "an upsampled image must be a multiple of its factors {} x {}, got {} x {}", window_height,
         window_width, height, width);
  }
}

// Calls body(image, row) for `rows` rows of each image, in parallel when there is enough to do.
template <class Body>
void for_image_rows(const PoolingShape& shape, size_t rows, const Body& body) {
  apply_simd_environment();
  const size_t count = shape.images * rows;
  const size_t elements = shape.images * shape.height * shape.width * shape.channels;
#pragma omp parallel for schedule(dynamic) if (elements >= kSerialChunks * kChunk)
  for (size_t i = 0; i < count; ++i) body(i / rows, i % rows);
}

struct RowOffsets {
  size_t large, small;
};

// Where a row of windows begins in the larger and in the smaller tensor.
RowOffsets window_row(const PoolingShape& shape, size_t image, size_t row) {
  return {(image * shape.height + row * shape.window_height) * shape.width * shape.channels,
          (image * shape.pooled_height() + row) * shape.pooled_width() * shape.channels};
}

template <class T, class Kernel>
void pool(const T* x, T* y, uint8_t* winner, const PoolingShape& shape, const Kernel& kernel) {
  check_window(shape);
  for_image_rows(shape, shape.pooled_height(), [&](size_t image, size_t row) {
    const auto [large, small] = window_row(shape, image, row);
    kernel(x + large, y + small, winner + small);
  });
}

template <class T, class Kernel>
void pool_backward(const T* dy, const uint8_t* winner, T* dx, const PoolingShape& shape,
                   const Kernel& kernel) {
  check_window(shape);
  const size_t length = shape.width * shape.channels;
  for_image_rows(shape, shape.height, [&](size_t image, size_t row) {
    T* out = dx + (image * shape.height + row) * length;
    const size_t window = row / shape.window_height;
    if (window >= shape.pooled_height()) {
      std::fill_n(out, length, T{});
      return;
    }
    const size_t small = window_row(shape, image, window).small;
    const size_t place = row % shape.window_height * shape.window_width;
    kernel(dy + small, winner + small, out, static_cast<int32_t>(place));
  });
}

template <class T>
void repeat(const T* x, T* y, const PoolingShape& shape) {
  check_cover(shape);
  const size_t channels = shape.channels, length = shape.width * channels;
  for_image_rows(shape, shape.pooled_height(), [&](size_t image, size_t row) {
    const auto [large, small] = window_row(shape, image, row);
    T* out = y + large;
    for (size_t column = 0; column < shape.width; ++column) {
      const T* pixel = x + small + column / shape.window_width * channels;
      std::copy_n(pixel, channels, out + column * channels);
    }
    for (size_t i = 1; i < shape.window_height; ++i) std::copy_n(out, length, out + i * length);
  });
}

template <class T, class Kernel>
void sum(const T* dy, T* dx, const PoolingShape& shape, const Kernel& kernel) {
  check_cover(shape);
  for_image_rows(shape, shape.pooled_height(), [&](size_t image, size_t row) {
    const auto [large, small] = window_row(shape, image, row);
    kernel(dy + large, dx + small);
  });
}

}  // namespace

void max_pool(const float* x, float* y, uint8_t* winner, PoolingShape shape) {
  pool(x, y, winner, shape, [&](const float* in, float* out, uint8_t* places) {
    HWY_DYNAMIC_DISPATCH(max_row_float)(in, out, places, shape);
  });
}

void max_pool(const Bf16* x, Bf16* y, uint8_t* winner, PoolingShape shape) {
  pool(x, y, winner, shape, [&](const Bf16* in, Bf16* out, uint8_t* places) {
    HWY_DYNAMIC_DISPATCH(max_row_bf16)(in, out, places, shape);
  });
}

void max_pool_backward(const float* dy, const uint8_t* winner, float* dx, PoolingShape shape) {
  pool_backward(dy, winner, dx, shape, [&](auto in, auto places, auto out, int32_t place) {
    HWY_DYNAMIC_DISPATCH(max_backward_row_float)(in, places, out, place, shape);
  });
}

void max_pool_backward(const Bf16* dy, const uint8_t* winner, Bf16* dx, PoolingShape shape) {
  pool_backward(dy, winner, dx, shape, [&](auto in, auto places, auto out, int32_t place) {
    HWY_DYNAMIC_DISPATCH(max_backward_row_bf16)(in, places, out, place, shape);
  });
}

void upsample(const float* x, float* y, PoolingShape shape) {
  repeat(x, y, shape);
}

void upsample(const Bf16* x, Bf16* y, PoolingShape shape) {
  repeat(x, y, shape);
}

void upsample_backward(const float* dy, float* dx, PoolingShape shape) {
  sum(dy, dx, shape, [&](const float* in, float* out) {
    HWY_DYNAMIC_DISPATCH(sum_row_float)(in, out, shape);
  });
}

void upsample_backward(const Bf16* dy, Bf16* dx, PoolingShape shape) {
  sum(dy, dx, shape, [&](const Bf16* in, Bf16* out) {
    HWY_DYNAMIC_DISPATCH(sum_row_bf16)(in, out, shape);
  });
}

}  // namespace belamy::kernels
#endif  // HWY_ONCE
