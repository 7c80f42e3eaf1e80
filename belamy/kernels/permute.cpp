#include "belamy/kernels/permute.h"

#include <algorithm>

#include "belamy/kernels/chunks.h"
#include "belamy/kernels/tile_multiply.h"
#include "belamy/kernels/tile_pack.h"

namespace belamy::kernels {
namespace {

template <class T>
void transpose_plainly(const T* in, size_t rows, size_t columns, T* out) {
  for (size_t column = 0; column < columns; ++column) {
    for (size_t row = 0; row < rows; ++row) out[column * rows + row] = in[row * columns + column];
  }
}

// In steps of rows, the last of which overlaps the one before it where they do not come out even.
template <class T>
void transpose_image(const T* in, size_t rows, size_t columns, T* out) {
  constexpr size_t kStep = kTileDepth<T>;
  if (rows < kStep) return transpose_plainly(in, rows, columns, out);
  for (size_t step = 0; step < rows; step += kStep) {
    const size_t row = std::min(step, rows - kStep);
    transpose(in + row * columns, columns, kStep, columns, out + row, rows);
  }
}

template <class T>
void transpose_all(const T* in, size_t images, size_t rows, size_t columns, T* out) {
  apply_simd_environment();
  const size_t size = rows * columns;
#pragma omp parallel for schedule(dynamic) if (images * size >= kSerialChunks * kChunk)
  for (size_t image = 0; image < images; ++image) {
    transpose_image(in + image * size, rows, columns, out + image * size);
  }
}

}  // namespace

void transpose_images(const float* in, size_t images, size_t rows, size_t columns, float* out) {
  transpose_all(in, images, rows, columns, out);
}

void transpose_images(const Bf16* in, size_t images, size_t rows, size_t columns, Bf16* out) {
  transpose_all(in, images, rows, columns, out);
}

}  // namespace belamy::kernels
