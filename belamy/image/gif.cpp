#include "belamy/image/gif.h"

#include <gif_lib.h>

#include <algorithm>
#include <array>
#include <memory>
#include <new>
#include <utility>

#include "belamy/core/error.h"
#include "belamy/core/file.h"
#include "belamy/image/palette.h"
#include "belamy/image/png.h"
#include "belamy/image/resize.h"

namespace belamy {
namespace {

[[noreturn]] void fail_encoding(int code) {
  const char* reason = GifErrorString(code);
  fail(ErrorKind::kData, "cannot encode a GIF animation: {}", reason ? reason : "unknown error");
}

void check_options(size_t count, const GifOptions& options) {
  const auto check = [](const char* name, int64_t value, int64_t low, int64_t high) {
    if (value >= low && value <= high) return;
    fail(ErrorKind::kUsage, "a GIF animation's {} must be {}..{}, got {}", name, low, high, value);
  };
  check("delay_ms", options.delay_ms, 0, 600'000);
  check("hold_ms", options.hold_ms, 0, 600'000);
  check("plays", options.plays, 0, 65'535);
  check("max_side", options.max_side, 1, kMaxImageSide);
  check("max_frames", options.max_frames, 2, 65'536);
  if (count == 0) fail(ErrorKind::kUsage, "a GIF animation needs at least one frame, got none");
}

// What frame and screen look like once they are within the cap.
Image fit(const Image& image, int64_t max_side) {
  const Image plain = to_channels(image, image.channels <= 2 ? 1 : 3);
  const int64_t side = std::max(plain.height, plain.width);
  if (side <= max_side) return plain;
  const auto scaled = [&](int64_t length) {
    return std::max<int64_t>(1, (length * max_side + side / 2) / side);
  };
  return fit_image(plain, scaled(plain.height), scaled(plain.width), FitRule::kStretch);
}

struct MapDeleter {
  void operator()(ColorMapObject* map) const { GifFreeMapObject(map); }
};
using ColourMap = std::unique_ptr<ColorMapObject, MapDeleter>;

// GIF's palettes have 2, 4, 8, ... 256 entries.
ColourMap make_map(const std::vector<Colour>& palette) {
  int size = 2;
  while (size < static_cast<int>(palette.size())) size *= 2;
  ColourMap map(GifMakeMapObject(size, nullptr));
  if (!map) throw std::bad_alloc();
  for (size_t i = 0; i < palette.size(); ++i) {
    map->Colors[i] = {palette[i][0], palette[i][1], palette[i][2]};
  }
  return map;
}

ColourMap grey_map() {
  std::vector<Colour> greys;
  for (int value = 0; value < 256; ++value) {
    const auto level = static_cast<uint8_t>(value);
    greys.push_back({level, level, level});
  }
  return make_map(greys);
}

// One animation being written into memory.
class Encoder {
 public:
  Encoder(const Image& first, const GifOptions& options) : options_(options), first_(first) {
    int code = 0;
    gif_.reset(EGifOpen(this, &Encoder::receive, &code));
    if (!gif_) fail_encoding(code);
    EGifSetGifVersion(gif_.get(), true);
    const ColourMap greys = first.channels == 1 ? grey_map() : nullptr;
    check(EGifPutScreenDesc(gif_.get(), static_cast<int>(first.width),
                            static_cast<int>(first.height), 8, 0, greys.get()));
    if (options.plays != 1) put_plays();
  }
  Encoder(const Encoder&) = delete;
  Encoder& operator=(const Encoder&) = delete;

  void put(const Image& frame, int64_t delay_ms) {
    if (frame.height != first_.height || frame.width != first_.width ||
        frame.channels != first_.channels) {
      fail(ErrorKind::kShape,
           "the frames of a GIF animation must be alike, the first is {}x{}x{}, another {}x{}x{}",
           first_.height, first_.width, first_.channels, frame.height, frame.width, frame.channels);
    }
    put_delay(delay_ms);
    if (frame.channels == 1) {
      put_pixels(frame.pixels, nullptr);
    } else {
      const PalettedImage paletted = to_palette(frame);
      put_pixels(paletted.indices, make_map(paletted.palette).get());
    }
  }

  std::vector<uint8_t> finish() {
    int code = 0;
    if (EGifCloseFile(gif_.release(), &code) != GIF_OK) fail_encoding(code);
    return std::move(bytes_);
  }

 private:
  static int receive(GifFileType* gif, const GifByteType* bytes, int size) {
    auto& out = static_cast<Encoder*>(gif->UserData)->bytes_;
    out.insert(out.end(), bytes, bytes + size);
    return size;
  }

  void check(int result) const {
    if (result != GIF_OK) fail_encoding(gif_->Error);
  }

  // Netscape's extension counts how often the animation is repeated after it was shown once.
  void put_plays() {
    const auto repeats = static_cast<int>(options_.plays == 0 ? 0 : options_.plays - 1);
    const std::array<uint8_t, 3> block = {1, static_cast<uint8_t>(repeats & 0xff),
                                          static_cast<uint8_t>(repeats >> 8)};
    check(EGifPutExtensionLeader(gif_.get(), APPLICATION_EXT_FUNC_CODE));
    check(EGifPutExtensionBlock(gif_.get(), 11, "NETSCAPE2.0"));
    check(EGifPutExtensionBlock(gif_.get(), static_cast<int>(block.size()), block.data()));
    check(EGifPutExtensionTrailer(gif_.get()));
  }

  void put_delay(int64_t delay_ms) {
    GraphicsControlBlock control{};
    control.DisposalMode = DISPOSE_DO_NOT;
    control.DelayTime = static_cast<int>((delay_ms + 5) / 10);
    control.TransparentColor = NO_TRANSPARENT_COLOR;
    std::array<GifByteType, 4> block{};
    const size_t size = EGifGCBToExtension(&control, block.data());
    check(
        EGifPutExtension(gif_.get(), GRAPHICS_EXT_FUNC_CODE, static_cast<int>(size), block.data()));
  }

  void put_pixels(std::vector<uint8_t> indices, const ColorMapObject* map) {
    const auto width = static_cast<int>(first_.width);
    check(EGifPutImageDesc(gif_.get(), 0, 0, width, static_cast<int>(first_.height), false, map));
    for (int64_t y = 0; y < first_.height; ++y) {
      check(EGifPutLine(gif_.get(), indices.data() + y * first_.width, width));
    }
  }

  struct Closer {
    void operator()(GifFileType* gif) const { EGifCloseFile(gif, nullptr); }
  };

  const GifOptions& options_;
  const Image first_;
  std::vector<uint8_t> bytes_;
  std::unique_ptr<GifFileType, Closer> gif_;  // closing it still writes: after bytes_
};

}  // namespace

std::vector<size_t> spread_indices(size_t count, size_t limit) {
  const size_t taken = std::min(count, limit);
  std::vector<size_t> indices(taken);
  for (size_t i = 0; i < taken; ++i) {
    indices[i] = taken < 2 ? 0 : (i * (count - 1) + (taken - 1) / 2) / (taken - 1);
  }
  return indices;
}

std::vector<uint8_t> encode_gif(size_t count, const FrameSource& frame, const GifOptions& options) {
  check_options(count, options);
  const auto taken = spread_indices(count, static_cast<size_t>(options.max_frames));
  Image image = fit(frame(taken.front()), options.max_side);
  Encoder encoder(image, options);
  for (size_t i = 0; i < taken.size(); ++i) {
    if (i > 0) image = fit(frame(taken[i]), options.max_side);
    encoder.put(image, i + 1 < taken.size() ? options.delay_ms : options.hold_ms);
  }
  return encoder.finish();
}

std::vector<uint8_t> encode_gif(std::span<const Image> frames, const GifOptions& options) {
  return encode_gif(
      frames.size(), [&](size_t index) { return frames[index]; }, options);
}

void write_gif(const std::filesystem::path& path, size_t count, const FrameSource& frame,
               const GifOptions& options) {
  write_file_atomically(path, std::span<const uint8_t>(encode_gif(count, frame, options)));
}

void write_gif(const std::filesystem::path& path, std::span<const Image> frames,
               const GifOptions& options) {
  write_file_atomically(path, std::span<const uint8_t>(encode_gif(frames, options)));
}

}  // namespace belamy
