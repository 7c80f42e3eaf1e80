#include "belamy/image/gif_reader.h"

#include <gif_lib.h>

#include <algorithm>
#include <memory>
#include <string_view>

#include "belamy/core/error.h"
#include "belamy/core/file.h"
#include "belamy/image/png.h"

namespace belamy {
namespace {

class Decoder {
 public:
  Decoder(std::span<const uint8_t> bytes, const std::string& name) : rest_(bytes), name_(name) {
    int code = 0;
    gif_.reset(DGifOpen(this, &Decoder::deliver, &code));
    if (!gif_) refuse(GifErrorString(code));
    if (gif_->SWidth < 1 || gif_->SHeight < 1) refuse("it has no pixels");
  }
  Decoder(const Decoder&) = delete;
  Decoder& operator=(const Decoder&) = delete;

  GifAnimation decode() {
    for (GifRecordType type = UNDEFINED_RECORD_TYPE; type != TERMINATE_RECORD_TYPE;) {
      check(DGifGetRecordType(gif_.get(), &type));
      if (type == EXTENSION_RECORD_TYPE) take_extension();
      if (type == IMAGE_DESC_RECORD_TYPE) take_frame();
    }
    if (animation_.frames.empty()) refuse("it has no frames");
    return std::move(animation_);
  }

 private:
  struct Closer {
    void operator()(GifFileType* gif) const { DGifCloseFile(gif, nullptr); }
  };

  static int deliver(GifFileType* gif, GifByteType* bytes, int size) {
    auto& rest = static_cast<Decoder*>(gif->UserData)->rest_;
    const size_t taken = std::min(rest.size(), static_cast<size_t>(size));
    std::copy_n(rest.begin(), taken, bytes);
    rest = rest.subspan(taken);
    return static_cast<int>(taken);
  }

  [[noreturn]] void refuse(const char* reason) const {
    fail(ErrorKind::kData,
         "{}: expected a GIF animation of whole frames, got one that cannot be "
         "read: {}",
         name_, reason != nullptr ? reason : "unknown error");
  }

  void check(int result) const {
    if (result != GIF_OK) refuse(GifErrorString(gif_->Error));
  }

  // A block is its length and as many bytes.
  void take_extension() {
    int code = 0;
    GifByteType* block = nullptr;
    check(DGifGetExtension(gif_.get(), &code, &block));
    bool is_netscape = false;
    while (block != nullptr) {
      const std::string_view text(reinterpret_cast<const char*>(block + 1), block[0]);
      if (code == GRAPHICS_EXT_FUNC_CODE) {
        check(DGifExtensionToGCB(block[0], block + 1, &control_));
      } else if (code == APPLICATION_EXT_FUNC_CODE && text == "NETSCAPE2.0") {
        is_netscape = true;
      } else if (is_netscape && text.size() == 3 && text[0] == 1) {
        const int repeats = block[2] | block[3] << 8;
        animation_.plays = repeats == 0 ? 0 : repeats + 1;
      }
      check(DGifGetExtensionNext(gif_.get(), &block));
    }
  }

  void take_frame() {
    check(DGifGetImageDesc(gif_.get()));
    const GifImageDesc& place = gif_->Image;
    if (place.Left != 0 || place.Top != 0 || place.Width != gif_->SWidth ||
        place.Height != gif_->SHeight) {
      refuse("a frame does not fill the screen");
    }
    if (place.Interlace) refuse("a frame is interlaced");
    if (control_.TransparentColor != NO_TRANSPARENT_COLOR) refuse("a frame is transparent");
    const ColorMapObject* map = place.ColorMap != nullptr ? place.ColorMap : gif_->SColorMap;
    if (map == nullptr) refuse("a frame has no palette");
    const size_t bytes =
        size_t{3} * static_cast<size_t>(place.Width) * static_cast<size_t>(place.Height);
    if (bytes * (animation_.frames.size() + 1) > kMaxDecodedBytes) refuse("it is too large");
    animation_.frames.push_back(read_pixels(place.Height, place.Width, *map));
    animation_.delays_ms.push_back(int64_t{control_.DelayTime} * 10);
    control_ = kPlainControl;
  }

  Image read_pixels(int height, int width, const ColorMapObject& map) {
    Image image = blank_image(height, width, 3);
    std::vector<GifPixelType> line(static_cast<size_t>(width));
    uint8_t* to = image.pixels.data();
    for (int y = 0; y < height; ++y) {
      check(DGifGetLine(gif_.get(), line.data(), width));
      for (const GifPixelType index : line) {
        if (index >= map.ColorCount) refuse("a pixel is not in its palette");
        const GifColorType& colour = map.Colors[index];
        *to++ = colour.Red, *to++ = colour.Green, *to++ = colour.Blue;
      }
    }
    return image;
  }

  static constexpr GraphicsControlBlock kPlainControl = {DISPOSAL_UNSPECIFIED, false, 0,
                                                         NO_TRANSPARENT_COLOR};

  std::span<const uint8_t> rest_;
  const std::string& name_;
  GraphicsControlBlock control_ = kPlainControl;  // of the next frame
  GifAnimation animation_;
  std::unique_ptr<GifFileType, Closer> gif_;
};

}  // namespace

GifAnimation decode_gif(std::span<const uint8_t> bytes, const std::string& name) {
  return Decoder(bytes, name).decode();
}

GifAnimation read_gif(const std::filesystem::path& path) {
  return decode_gif(read_bytes(path, kMaxDecodedBytes), path.string());
}

}  // namespace belamy
