// Animations as GIF, by giflib.
#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <span>
#include <vector>

#include "belamy/image/image.h"

namespace belamy {

struct GifOptions {
  int64_t delay_ms = 100;    // a frame; GIF knows hundredths of a second, browsers none below 20 ms
  int64_t hold_ms = 2000;    // the last frame
  int64_t plays = 0;         // 0: again and again
  int64_t max_side = 512;    // larger frames are scaled down to it
  int64_t max_frames = 200;  // of more, evenly spaced ones are taken
};

/// Gives frame number `index`, 0..count-1; asked once, in order, for those that are taken.
using FrameSource = std::function<Image(size_t index)>;

/// An animation of `count` frames, which all have the first one's size and kind. Frames of 1 or 2
/// channels are grey and stay exact; others are brought to 256 colours each (palette.h). Alpha is
/// composed on white. Throws kUsage for no frames or options out of range (delays 0..600000 ms,
/// plays 0..65535, max_side 1..16384, max_frames 2..65536), kShape for frames that differ.
std::vector<uint8_t> encode_gif(size_t count, const FrameSource& frame,
                                const GifOptions& options = {});
std::vector<uint8_t> encode_gif(std::span<const Image> frames, const GifOptions& options = {});

/// encode_gif into a file, atomically. Throws kIo when it cannot be written.
void write_gif(const std::filesystem::path& path, size_t count, const FrameSource& frame,
               const GifOptions& options = {});
void write_gif(const std::filesystem::path& path, std::span<const Image> frames,
               const GifOptions& options = {});

/// At most `limit` of 0..count-1, evenly spaced, the first and the last among them. `limit` is at
/// least 2.
std::vector<size_t> spread_indices(size_t count, size_t limit);

}  // namespace belamy
