// Pictures whose channels lie one after another, [C, H, W], as networks take them.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "belamy/image/image.h"

namespace belamy {

/// Appends the picture's channels one after another.
void append_planes(const Image& image, std::vector<uint8_t>& out);

/// The picture of `planes`, [channels, height, width].
Image picture_of_planes(std::span<const uint8_t> planes, int64_t height, int64_t width,
                        int64_t channels);

}  // namespace belamy
