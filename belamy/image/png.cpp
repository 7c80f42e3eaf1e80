#include "belamy/image/png.h"

#include <spng.h>

#include <algorithm>
#include <array>
#include <cctype>
#include <cstdlib>
#include <memory>
#include <new>

#include "belamy/core/error.h"
#include "belamy/core/file.h"

namespace belamy {
namespace {

constexpr size_t kMaxChunkBytes = size_t{64} << 20;  // text, profiles: nothing we keep

struct ContextDeleter {
  void operator()(spng_ctx* context) const { spng_ctx_free(context); }
};
using Context = std::unique_ptr<spng_ctx, ContextDeleter>;

Context make_context(int flags) {
  Context context(spng_ctx_new(flags));
  if (!context) throw std::bad_alloc();
  return context;
}

[[noreturn]] void fail_decoding(const std::string& name, size_t size, int code) {
  fail(ErrorKind::kData, "{}: expected a PNG picture, got {} bytes that do not decode: {}", name,
       size, spng_strerror(code));
}

// What libspng is asked for, and which of its channels are kept. It has no 8-bit grey for 16-bit
// files, so those pass through colour.
struct Layout {
  spng_format format;
  int64_t decoded_channels;
  std::vector<int64_t> kept;
};

Layout choose_layout(const spng_ihdr& header, bool has_transparent_colour) {
  switch (header.color_type) {
    case SPNG_COLOR_TYPE_GRAYSCALE:
      if (has_transparent_colour) return {SPNG_FMT_RGBA8, 4, {0, 3}};
      if (header.bit_depth <= 8) return {SPNG_FMT_G8, 1, {0}};
      return {SPNG_FMT_RGB8, 3, {0}};
    case SPNG_COLOR_TYPE_GRAYSCALE_ALPHA:
      return {SPNG_FMT_RGBA8, 4, {0, 3}};
    case SPNG_COLOR_TYPE_TRUECOLOR_ALPHA:
      return {SPNG_FMT_RGBA8, 4, {0, 1, 2, 3}};
    default:
      if (has_transparent_colour) return {SPNG_FMT_RGBA8, 4, {0, 1, 2, 3}};
      return {SPNG_FMT_RGB8, 3, {0, 1, 2}};
  }
}

uint64_t bits_a_pixel(const spng_ihdr& header) {
  switch (header.color_type) {
    case SPNG_COLOR_TYPE_TRUECOLOR:
      return 3 * uint64_t{header.bit_depth};
    case SPNG_COLOR_TYPE_GRAYSCALE_ALPHA:
      return 2 * uint64_t{header.bit_depth};
    case SPNG_COLOR_TYPE_TRUECOLOR_ALPHA:
      return 4 * uint64_t{header.bit_depth};
    default:
      return header.bit_depth;
  }
}

// Deflate makes at most 1032 bytes of one. Without this a hundred bytes could ask for the memory of
// the largest picture.
bool can_hold(size_t file_size, const spng_ihdr& header) {
  constexpr uint64_t kMostOfAByte = 1032;
  const uint64_t packed = uint64_t{header.width} * header.height * bits_a_pixel(header) / 8;
  return packed / kMostOfAByte <= file_size;
}

Image keep_channels(const std::vector<uint8_t>& decoded, const spng_ihdr& header,
                    const Layout& layout) {
  const auto kept = static_cast<int64_t>(layout.kept.size());
  Image image = blank_image(header.height, header.width, kept);
  const int64_t count = image.height * image.width;
  for (int64_t pixel = 0; pixel < count; ++pixel) {
    for (int64_t c = 0; c < kept; ++c) {
      const int64_t from = pixel * layout.decoded_channels + layout.kept[static_cast<size_t>(c)];
      image.pixels[static_cast<size_t>(pixel * kept + c)] = decoded[static_cast<size_t>(from)];
    }
  }
  return image;
}

void check_encodable(const Image& image) {
  const bool sides = image.height >= 1 && image.height <= kMaxImageSide && image.width >= 1 &&
                     image.width <= kMaxImageSide;
  if (!sides || image.channels < 1 || image.channels > 4) {
    fail(ErrorKind::kData,
         "a PNG picture must have sides of 1..{} and 1 to 4 channels, got {}x{} with {} (height x "
         "width); try fewer pictures a grid or a smaller zoom",
         kMaxImageSide, image.height, image.width, image.channels);
  }
  const auto expected = static_cast<size_t>(image.height * image.width * image.channels);
  if (image.pixels.size() != expected) {
    fail(ErrorKind::kData, "a picture of {}x{}x{} must have {} bytes, got {}", image.height,
         image.width, image.channels, expected, image.pixels.size());
  }
}

}  // namespace

bool is_png_name(const std::filesystem::path& path) {
  std::string extension = path.extension().string();
  std::transform(extension.begin(), extension.end(), extension.begin(),
                 [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  return extension == ".png";
}

Image decode_png(std::span<const uint8_t> bytes, const std::string& name) {
  if (bytes.empty()) {
    fail(ErrorKind::kData, "{}: expected a PNG picture, got an empty file (0 bytes)", name);
  }
  const Context context = make_context(0);
  spng_set_image_limits(context.get(), kMaxImageSide, kMaxImageSide);
  spng_set_chunk_limits(context.get(), kMaxChunkBytes, kMaxChunkBytes);
  spng_set_png_buffer(context.get(), bytes.data(), bytes.size());

  spng_ihdr header{};
  int code = spng_get_ihdr(context.get(), &header);
  if (code == SPNG_EUSER_WIDTH || code == SPNG_EUSER_HEIGHT) {
    fail(ErrorKind::kData, "{}: a picture may be at most {} pixels a side, this one is larger",
         name, kMaxImageSide);
  }
  if (code != 0) fail_decoding(name, bytes.size(), code);
  spng_trns transparency{};
  code = spng_get_trns(context.get(), &transparency);
  if (code != 0 && code != SPNG_ECHUNKAVAIL) fail_decoding(name, bytes.size(), code);

  const Layout layout = choose_layout(header, code == 0);
  const uint64_t size =
      uint64_t{header.width} * header.height * static_cast<uint64_t>(layout.decoded_channels);
  if (size > kMaxDecodedBytes) {
    fail(ErrorKind::kData, "{}: a decoded picture may have at most {} bytes, {}x{} needs {}", name,
         kMaxDecodedBytes, header.height, header.width, size);
  }
  if (!can_hold(bytes.size(), header)) {
    fail(ErrorKind::kData, "{}: {} bytes cannot hold a picture of {}x{}; the file is cut or forged",
         name, bytes.size(), header.height, header.width);
  }
  std::vector<uint8_t> decoded(size);
  code = spng_decode_image(context.get(), decoded.data(), decoded.size(), layout.format,
                           SPNG_DECODE_TRNS);
  if (code != 0) fail_decoding(name, bytes.size(), code);
  if (layout.decoded_channels == static_cast<int64_t>(layout.kept.size())) {
    return {header.height, header.width, layout.decoded_channels, std::move(decoded)};
  }
  return keep_channels(decoded, header, layout);
}

Image read_png(const std::filesystem::path& path) {
  return decode_png(read_bytes(path, kMaxDecodedBytes), path.string());
}

std::vector<uint8_t> encode_png(const Image& image) {
  check_encodable(image);
  constexpr std::array<uint8_t, 4> kColourTypes = {
      SPNG_COLOR_TYPE_GRAYSCALE, SPNG_COLOR_TYPE_GRAYSCALE_ALPHA, SPNG_COLOR_TYPE_TRUECOLOR,
      SPNG_COLOR_TYPE_TRUECOLOR_ALPHA};
  const Context context = make_context(SPNG_CTX_ENCODER);
  spng_set_option(context.get(), SPNG_ENCODE_TO_BUFFER, 1);
  spng_ihdr header{};
  header.width = static_cast<uint32_t>(image.width);
  header.height = static_cast<uint32_t>(image.height);
  header.bit_depth = 8;
  header.color_type = kColourTypes[static_cast<size_t>(image.channels - 1)];
  int code = spng_set_ihdr(context.get(), &header);
  if (code == 0) {
    code = spng_encode_image(context.get(), image.pixels.data(), image.pixels.size(), SPNG_FMT_PNG,
                             SPNG_ENCODE_FINALIZE);
  }
  size_t size = 0;
  const std::unique_ptr<uint8_t, decltype(&std::free)> buffer(
      code == 0 ? static_cast<uint8_t*>(spng_get_png_buffer(context.get(), &size, &code)) : nullptr,
      &std::free);
  if (!buffer) fail(ErrorKind::kData, "cannot encode a PNG picture: {}", spng_strerror(code));
  // cppcheck-suppress returnDanglingLifetime; these are copied
  return {buffer.get(), buffer.get() + size};
}

void write_png(const std::filesystem::path& path, const Image& image) {
  write_file_atomically(path, std::span<const uint8_t>(encode_png(image)));
}

}  // namespace belamy
