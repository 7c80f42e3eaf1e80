// Has the training diverged?
#pragma once

#include <cstddef>

namespace belamy::kernels {

/// Whether no value is a NaN or an infinity; true for none at all. Exact.
bool all_finite(const float* values, size_t count);

}  // namespace belamy::kernels
