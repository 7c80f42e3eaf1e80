// The patches of images that a convolution multiplies with its weights ("im2col").
#pragma once

#include <cstddef>

#include "belamy/kernels/aligned_buffer.h"
#include "belamy/kernels/correlation.h"

namespace belamy::kernels {

/// patches: [images][out_rows][out_columns][kernel_rows][kernel_columns][in_channels] of input
/// [images][in_rows][in_columns][in_channels]; what lies outside is zero. Multi-threaded.
template <class T>
void gather_patches(const ConvolutionGeometry& geometry, const T* input, size_t images, T* patches);

}  // namespace belamy::kernels
