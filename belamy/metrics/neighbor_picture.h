// Generated images beside the real ones nearest to them.
#pragma once

#include <string>

#include "belamy/image/image.h"
#include "belamy/metrics/feature_table.h"

namespace belamy {

/// A row a generated image, those nearest to any real one first: the image, a gap, and its three
/// nearest real ones by features. `real` are the features of all images of that split. Throws kData
/// when the images are not of one size.
Image neighbor_picture(ImageSource& generated, const FeatureTable& fake,
                       const std::string& data_name, const std::string& split,
                       const FeatureTable& real);

}  // namespace belamy
