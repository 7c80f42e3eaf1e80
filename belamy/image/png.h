// Pictures from and to PNG, by libspng.
#pragma once

#include <cstdint>
#include <filesystem>
#include <span>
#include <string>
#include <vector>

#include "belamy/image/image.h"

namespace belamy {

inline constexpr int64_t kMaxImageSide = 16384;
inline constexpr uint64_t kMaxDecodedBytes = uint64_t{512} << 20;

/// Whether a file is called a PNG, in small letters or capitals.
bool is_png_name(const std::filesystem::path& path);

/// Decodes any PNG (palette, 1 to 16 bits, interlaced) to 8 bits a channel. Palettes become
/// colour, a transparent colour becomes an alpha channel, 16 bits are cut to their upper 8.
/// Throws kData, naming `name`, for anything that is not a whole, sound PNG within the limits
/// above.
Image decode_png(std::span<const uint8_t> bytes, const std::string& name);

/// decode_png of a file. Throws kIo when it cannot be read.
Image read_png(const std::filesystem::path& path);

/// Throws kData when the picture's size does not fit its pixels or a side is not within 1..16384.
std::vector<uint8_t> encode_png(const Image& image);

/// encode_png into a file, atomically. Throws kIo when it cannot be written.
void write_png(const std::filesystem::path& path, const Image& image);

}  // namespace belamy
