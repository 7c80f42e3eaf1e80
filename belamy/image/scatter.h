// Two-dimensional samples as a picture: real points beneath, generated ones above.
#pragma once

#include <cstdint>
#include <span>

#include "belamy/image/image.h"

namespace belamy {

struct ScatterOptions {
  float low = -1.0f;  // both axes span low..high, y upwards
  float high = 1.0f;
  int64_t size = 512;  // pixels a side
};

/// Points [N, 2] as soft dots on white: `real` in light grey, `generated` above in dark red. Dots
/// are translucent, so that density shows. Points outside the range, or not finite, are left out.
/// Throws kUsage for an empty range or a size outside 1..16384, kShape for an odd number of values.
Image scatter(std::span<const float> real, std::span<const float> generated,
              const ScatterOptions& options);

}  // namespace belamy
