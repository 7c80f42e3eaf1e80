// Mean and standard deviation of many numbers.
#pragma once

#include <cstddef>

namespace belamy::kernels {

struct Moments {
  double mean = 0.0;
  double standard_deviation = 0.0;  // of the numbers themselves: divided by their count
};

/// Both computed in double, the deviation around the mean of each chunk and chunks combined in
/// pairs (Chan, Golub and LeVeque, 1983), so a large mean costs the deviation no digits: within
/// 3e-15 of the largest magnitude. The same bits whatever the number of threads. Zeros for no
/// values; a deviation of NaN when a value is not finite.
Moments moments(const float* values, size_t count);

}  // namespace belamy::kernels
