// A function over the plane as colours.
#pragma once

#include <cstdint>
#include <span>

#include "belamy/image/image.h"

namespace belamy {

/// values: [size, size] in -1..1, row by row from the top: blue at -1, white at 0, orange at 1;
/// what is beyond is cut off, what is not a number is grey. Lines run where the sign changes.
/// Throws kShape when the count does not fit, kUsage for a size outside 1..16384.
Image draw_surface(std::span<const float> values, int64_t size);

}  // namespace belamy
