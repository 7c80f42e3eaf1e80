// Products of a fully connected layer of a few units, such as a discriminator's last: too few to
// fill a tile, so that each input is read once and multiplied where it stands. Weights and sums are
// float32. They use OpenMP's threads; the bits are the same whatever their number.
#pragma once

#include <cstddef>

#include "belamy/kernels/bf16.h"

namespace belamy::kernels {

inline constexpr size_t kFewUnits = 4;  // the most

/// z = x W^T; x: [rows][inputs], w: [units][inputs], z: [rows][units].
struct FewUnits {
  size_t rows = 0, inputs = 0, units = 0;
};

void few_units_forward(const FewUnits& size, const Bf16* x, const float* w, float* z);
void few_units_forward(const FewUnits& size, const float* x, const float* w, float* z);

/// dx = dz W, rounded to x's type, and dw = dz^T x; either may be null, which is not wanted. x is
/// not read without dw, nor w without dx.
void few_units_backward(const FewUnits& size, const float* dz, const Bf16* x, const float* w,
                        Bf16* dx, float* dw);
void few_units_backward(const FewUnits& size, const float* dz, const float* x, const float* w,
                        float* dx, float* dw);

}  // namespace belamy::kernels
