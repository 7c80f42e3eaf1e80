// Images of a data set at another size.
#pragma once

#include <memory>

#include "belamy/data/dataset.h"

namespace belamy {

/// Each side is resampled on its own with an antialiased triangle filter; labels and names stay.
/// Throws kData when they would not fit into memory.
std::unique_ptr<ImageBytes> resized_images(const ImageBytes& images, int64_t height, int64_t width);

}  // namespace belamy
