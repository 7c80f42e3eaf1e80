// Pictures brought to the size and the channels a network expects.
#pragma once

#include <cstdint>

#include "belamy/image/image.h"

namespace belamy {

/// What to do with a picture whose size is not the one asked for.
enum class FitRule {
  kExact,    // refuse it
  kCrop,     // scale until the shorter side fits, cut the longer one around the centre
  kStretch,  // scale each side on its own
  kPad,      // scale until the longer side fits, centre it on zeros
};

/// `image` at height x width, resampled with an antialiased triangle filter. Channels are
/// resampled on their own: compose alpha first (to_channels).
/// Throws kData under kExact when the sizes differ.
Image fit_image(const Image& image, int64_t height, int64_t width, FitRule rule);

/// `image` with 1 or 3 channels: alpha is composed on white, colour becomes grey by its luma
/// (ITU-R BT.601), grey becomes colour by repeating. Throws kData for any other `channels`.
Image to_channels(const Image& image, int64_t channels);

}  // namespace belamy
