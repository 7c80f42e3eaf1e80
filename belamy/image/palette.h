// Colour pictures brought to at most 256 colours, as GIF has them.
#pragma once

#include <array>
#include <cstdint>
#include <vector>

#include "belamy/image/image.h"

namespace belamy {

using Colour = std::array<uint8_t, 3>;

struct PalettedImage {
  std::vector<Colour> palette;   // 1..256
  std::vector<uint8_t> indices;  // [H, W], into the palette
};

/// A picture of 3 channels with colours chosen for it. One that has 256 colours or fewer keeps them
/// exactly, in the order they appear; otherwise median cut chooses (Heckbert 1982) and the error is
/// spread to the neighbours (Floyd and Steinberg 1976). Throws kShape for other channels.
PalettedImage to_palette(const Image& image);

}  // namespace belamy
