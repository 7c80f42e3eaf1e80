// How much two pictures of one size differ.
#pragma once

#include "belamy/image/image.h"

namespace belamy {

struct ImageDifference {
  double mean_absolute_error = 0;  // in bytes, 0..255
  double psnr = 0;                 // peak signal-to-noise ratio in dB; infinite for equal pictures
  double ssim = 0;                 // structural similarity, 1 for equal pictures
};

/// Over all pixels and channels. SSIM is that of Wang et al., "Image quality assessment: from error
/// visibility to structural similarity" (2004): Gaussian windows of 11×11 and deviation 1.5, only
/// where they lie inside, each channel on its own. Throws kShape when the pictures' sizes differ or
/// a side is less than 11.
ImageDifference image_difference(const Image& a, const Image& b);

}  // namespace belamy
