// Generated images beside the real ones nearest to them.
#pragma once

#include "belamy/image/image.h"
#include "belamy/metrics/feature_table.h"

namespace belamy {

/// A row a generated image, those first that lie nearer to a real one than real ones lie to each
/// other: the image, a gap, and its three
/// nearest ones of `dataset` (in -1..1) by features; `real` are those of all its images. Throws
/// kData when the images are not of one size.
Image neighbor_picture(ImageSource& generated, const FeatureTable& fake, const Dataset& dataset,
                       const FeatureTable& real);

}  // namespace belamy
