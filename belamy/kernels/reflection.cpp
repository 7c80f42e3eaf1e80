#include "belamy/kernels/reflection.h"

#include <algorithm>
#include <cstdint>
#include <cstring>
#include <vector>

#include "belamy/core/error.h"

namespace belamy::kernels {
namespace {

// Where position i of a padded side comes from.
size_t mirrored(size_t i, size_t before, size_t length) {
  const auto last = static_cast<int64_t>(length) - 1;
  int64_t place = static_cast<int64_t>(i) - static_cast<int64_t>(before);
  if (place < 0) place = -place;
  if (place > last) place = 2 * last - place;
  return static_cast<size_t>(place);
}

void check(const ReflectionShape& shape) {
  if (shape.top < shape.rows && shape.bottom < shape.rows && shape.left < shape.columns &&
      shape.right < shape.columns) {
    return;
  }
  fail(ErrorKind::kUsage, "reflection padding must be less than the side, {}x{}", shape.rows,
       shape.columns);
}

template <class T>
void pad(const T* x, T* y, const ReflectionShape& s) {
  check(s);
  const size_t padded_rows = s.top + s.rows + s.bottom;
  const size_t padded_columns = s.left + s.columns + s.right;
  const size_t pixel = s.channels, row = s.columns * pixel, padded_row = padded_columns * pixel;
#pragma omp parallel for schedule(static)
  for (size_t i = 0; i < s.images * padded_rows; ++i) {
    const T* from = x + (i / padded_rows * s.rows + mirrored(i % padded_rows, s.top, s.rows)) * row;
    T* to = y + i * padded_row;
    std::memcpy(to + s.left * pixel, from, row * sizeof(T));
    for (size_t c = 0; c < padded_columns; ++c) {
      if (c == s.left) c += s.columns;
      if (c >= padded_columns) break;
      std::memcpy(to + c * pixel, from + mirrored(c, s.left, s.columns) * pixel, pixel * sizeof(T));
    }
  }
}

template <class T>
void add(const T* from, float* sum, size_t count) {
  for (size_t i = 0; i < count; ++i) sum[i] += to_float(from[i]);
}

void store(const float* from, float* to, size_t count) {
  std::copy_n(from, count, to);
}
void store(const float* from, Bf16* to, size_t count) {
  convert(from, to, count);
}

template <class T>
void pad_backward(const T* dy, T* dx, const ReflectionShape& s) {
  check(s);
  const size_t padded_rows = s.top + s.rows + s.bottom;
  const size_t padded_columns = s.left + s.columns + s.right;
  const size_t pixel = s.channels, row = s.columns * pixel, padded_row = padded_columns * pixel;
#pragma omp parallel for schedule(static)
  for (size_t image = 0; image < s.images; ++image) {
    std::vector<float> sum(s.rows * row, 0.0f);
    for (size_t r = 0; r < padded_rows; ++r) {
      const T* from = dy + (image * padded_rows + r) * padded_row;
      float* to = sum.data() + mirrored(r, s.top, s.rows) * row;
      add(from + s.left * pixel, to, row);
      for (size_t c = 0; c < padded_columns; ++c) {
        if (c == s.left) c += s.columns;
        if (c >= padded_columns) break;
        add(from + c * pixel, to + mirrored(c, s.left, s.columns) * pixel, pixel);
      }
    }
    store(sum.data(), dx + image * sum.size(), sum.size());
  }
}

}  // namespace

void reflection_pad(const float* x, float* y, const ReflectionShape& shape) {
  pad(x, y, shape);
}
void reflection_pad(const Bf16* x, Bf16* y, const ReflectionShape& shape) {
  pad(x, y, shape);
}
void reflection_pad_backward(const float* dy, float* dx, const ReflectionShape& shape) {
  pad_backward(dy, dx, shape);
}
void reflection_pad_backward(const Bf16* dy, Bf16* dx, const ReflectionShape& shape) {
  pad_backward(dy, dx, shape);
}

}  // namespace belamy::kernels
