// Images between planes of channels and pixels of channels.
#pragma once

#include <cstddef>

#include "belamy/kernels/bf16.h"

namespace belamy::kernels {

/// out[image][column][row] = in[image][row][column]. From planes to channels-last a row is a
/// channel and a column a pixel; back it is the other way round. They may not overlap.
/// Multi-threaded.
void transpose_images(const float* in, size_t images, size_t rows, size_t columns, float* out);
void transpose_images(const Bf16* in, size_t images, size_t rows, size_t columns, Bf16* out);

}  // namespace belamy::kernels
