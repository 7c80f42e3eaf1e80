// Animations from GIF, by giflib.
#pragma once

#include <cstdint>
#include <filesystem>
#include <span>
#include <string>
#include <vector>

#include "belamy/image/image.h"

namespace belamy {

struct GifAnimation {
  std::vector<Image> frames;  // as shown, 3 channels
  std::vector<int64_t> delays_ms;
  int64_t plays = 1;  // 0: again and again
};

/// Decodes animations of whole frames, as encode_gif writes them. Throws kData, naming `name`, for
/// other kinds (transparent, interlaced, frames smaller than the screen), for broken files, and for
/// more than kMaxDecodedBytes in all.
GifAnimation decode_gif(std::span<const uint8_t> bytes, const std::string& name);

/// decode_gif of a file. Throws kIo when it cannot be read.
GifAnimation read_gif(const std::filesystem::path& path);

}  // namespace belamy
