// What batch normalisation refuses, in either direction. Internal to belamy/kernels.
#pragma once

#include "belamy/core/error.h"
#include "belamy/kernels/normalization.h"

namespace belamy::kernels {

inline void check_normalization(NormalizationShape shape, const Normalization& normalization) {
  if (shape.rows == 0 || shape.channels == 0) {
    fail(ErrorKind::kUsage, "batch normalization needs rows and channels, got {} x {}", shape.rows,
         shape.channels);
  }
  for (const float rate : {normalization.before.rate, normalization.after.rate}) {
    if (!(rate >= 0.0f && rate < 1.0f)) {
      fail(ErrorKind::kUsage, "a dropout rate must be at least 0 and below 1, got {}", rate);
    }
  }
}

}  // namespace belamy::kernels
