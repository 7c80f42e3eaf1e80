// The length of a gradient, and its shortening.
#pragma once

#include <cstddef>

namespace belamy::kernels {

/// The sum of the values' squares, in double: within 1e-14 of it. The same bits whatever the number
/// of threads. Not finite when a value is not; 0 for no values.
double sum_of_squares(const float* values, size_t count);

/// values *= factor, each rounded once.
void scale(float* values, size_t count, float factor);

}  // namespace belamy::kernels
