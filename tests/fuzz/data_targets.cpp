// Files of data sets and pictures, and TensorBoard's.
#include <fmt/format.h>

#include "belamy/data/emoji.h"
#include "belamy/data/gzip.h"
#include "belamy/data/idx.h"
#include "belamy/image/event_file.h"
#include "belamy/image/gif.h"
#include "belamy/image/gif_reader.h"
#include "belamy/image/npy.h"
#include "belamy/image/png.h"
#include "tests/data/byte_files.h"
#include "tests/fuzz/target.h"
#include "tests/image/png_bytes.h"
#include "tests/support/temporary_folder.h"

namespace belamy::testing {
namespace {

using Input = std::span<const uint8_t>;

bool takes_idx(Input bytes) {
  return parses({ErrorKind::kData}, [&] {
    const IdxArray array = parse_idx(bytes, "fuzz");
    uint64_t product = 1;
    for (const int64_t dim : array.dims) product *= static_cast<uint64_t>(dim);
    require(product == array.values.size(), "IDX: values are not as many as its dimensions say");
  });
}

std::vector<FuzzBytes> idx_seeds() {
  const Bytes images = idx_bytes({2, 3, 4}, counting_bytes(24));
  return {idx_bytes({5}, counting_bytes(5)), images, gzip_bytes(images)};
}

bool takes_gzip(Input bytes) {
  constexpr uint64_t kMost = 1 << 16;
  return parses({ErrorKind::kData}, [&] {
    require(gunzip(bytes, kMost, "fuzz").size() <= kMost, "gzip: more bytes than allowed");
  });
}

std::vector<FuzzBytes> gzip_seeds() {
  FuzzBytes two = gzip_bytes(counting_bytes(300));
  const FuzzBytes second = gzip_bytes(FuzzBytes(1000, 7));
  two.insert(two.end(), second.begin(), second.end());
  return {gzip_bytes({}), gzip_bytes(counting_bytes(40)), two};
}

bool decodes_png(Input bytes) {
  return parses({ErrorKind::kData}, [&] {
    const Image image = decode_png(bytes, "fuzz");
    const int64_t pixels = image.height * image.width;
    require(static_cast<size_t>(pixels * image.channels) == image.pixels.size(), "PNG: odd size");
    if (pixels > 1 << 16) return;  // encoding takes its time
    require(decode_png(encode_png(image), "again") == image, "PNG: another picture when encoded");
  });
}

// Damage must not end at a chunk's checksum.
bool takes_png(Input bytes) {
  const bool plain = decodes_png(bytes);
  return (bytes.size() > 8 && decodes_png(with_checksums({bytes.begin(), bytes.end()}))) || plain;
}

std::vector<FuzzBytes> png_seeds() {
  PngSpec grey;
  grey.width = 3, grey.height = 2, grey.bytes_a_row = 3, grey.samples = counting_bytes(6);
  PngSpec interlaced = grey;
  interlaced.interlaced = true;
  PngSpec palette;
  palette.width = 8, palette.depth = 1, palette.colour_type = 3;
  palette.palette = {255, 0, 0, 0, 0, 255};
  palette.transparency = {0, 128};
  palette.samples = {0xa5};
  PngSpec deep;
  deep.height = 2, deep.depth = 16, deep.colour_type = 6;
  deep.bytes_a_row = 8, deep.samples = counting_bytes(16);
  return {png_bytes(grey), png_bytes(interlaced), png_bytes(palette), png_bytes(deep)};
}

bool takes_gif(Input bytes) {
  return parses({ErrorKind::kData}, [&] {
    const GifAnimation animation = decode_gif(bytes, "fuzz");
    require(!animation.frames.empty() && animation.delays_ms.size() == animation.frames.size(),
            "GIF: not a delay a frame");
    for (const Image& frame : animation.frames) {
      require(frame.height == animation.frames[0].height && frame.channels == 3, "GIF: odd frame");
    }
  });
}

std::vector<FuzzBytes> gif_seeds() {
  Image frame = blank_image(4, 5, 3);
  std::copy_n(counting_bytes(60).begin(), 60, frame.pixels.begin());
  return {encode_gif(std::vector<Image>{frame}, {}),
          encode_gif(std::vector<Image>{frame, blank_image(4, 5, 3, 9)}, {})};
}

bool takes_npy(Input bytes) {
  return parses({ErrorKind::kData}, [&] {
    const NpyArray array = decode_npy(bytes, "fuzz");
    const std::vector<float> values = array.floats("fuzz");
    const NpyArray again = decode_npy(encode_npy(values, array.shape), "again");
    require(again.shape == array.shape, "npy: another shape when encoded");
    if (array.dtype == "<f4") require(again.bytes == array.bytes, "npy: other values when encoded");
  });
}

std::vector<FuzzBytes> npy_seeds() {
  const std::vector<float> values = {1, 2, 3, 4, 5, 6};
  FuzzBytes doubles = encode_npy(values, {3, 2});  // three doubles as soon as the header says so
  const std::string header(doubles.begin(), doubles.end());
  doubles[header.find("<f4") + 2] = '8';
  doubles[header.find("(3, 2)") + 4] = '1';
  return {encode_npy(values, {6}), encode_npy(values, {1, 2, 3}), doubles};
}

bool takes_emoji(Input bytes) {
  return parses({ErrorKind::kData}, [&] {
    for (const EmojiSubject& subject : parse_emoji_list(as_text(bytes), "fuzz")) {
      require(!subject.pictures.empty(), "emoji: a subject without a picture");
      for (const EmojiPicture& picture : subject.pictures) {
        const std::filesystem::path path = std::filesystem::path("folder") / picture.file;
        require(path.parent_path() == "folder" && path == path.lexically_normal(),
                "emoji: a name leads elsewhere");
      }
    }
  });
}

std::vector<FuzzBytes> emoji_seeds() {
  constexpr const char* kDrawn =
      R"("unified":"1F44B","image":"1f44b.png","has_img_twitter":true,"has_img_google":true)";
  const std::string one = fmt::format(
      R"({{{0},"short_name":"wave","category":"People","skin_variations":{{"1F3FB":{{{0}}}}}}})",
      kDrawn);
  return {as_bytes("[" + one + "]"), as_bytes("[" + one + "," + one + "]")};
}

// The step to go on after, then the file that a resumed training finds.
bool takes_events(Input bytes) {
  static const TemporaryFolder folder;
  const int64_t last_step = bytes.empty() ? 0 : bytes[0];
  const std::filesystem::path path = folder / kEventFileName;
  put_bytes(path, bytes.subspan(std::min<size_t>(1, bytes.size())));
  return parses({ErrorKind::kData}, [&] {
    { EventFile file(folder.path(), last_step); }
    const auto size = std::filesystem::file_size(path);
    require(size > 0, "events: not even a version");
    EventFile again(folder.path(), last_step);
    require(std::filesystem::file_size(path) == size, "events: cut a second time");
  });
}

FuzzBytes bytes_of_events(uint8_t last_step, std::initializer_list<std::string> events) {
  FuzzBytes bytes = {last_step};
  for (const std::string& event : events) {
    const std::string record = tfrecord(event);
    bytes.insert(bytes.end(), record.begin(), record.end());
  }
  return bytes;
}

std::vector<FuzzBytes> event_seeds() {
  const std::vector<TaggedScalar> scalars = {{"d_loss", 0.5}};
  const std::string version = encode_version_event(1.5);
  const std::string third = encode_scalars_event({3, 2.5}, scalars);
  const std::string picture = encode_image_event({9, 3.5}, "samples", blank_image(2, 2, 1));
  return {{4}, bytes_of_events(4, {version}), bytes_of_events(4, {version, third, picture})};
}

}  // namespace

std::vector<FuzzTarget> data_targets() {
  return {{"idx", takes_idx, idx_seeds},        {"gzip", takes_gzip, gzip_seeds},
          {"png", takes_png, png_seeds},        {"gif", takes_gif, gif_seeds},
          {"npy", takes_npy, npy_seeds},        {"emoji", takes_emoji, emoji_seeds},
          {"events", takes_events, event_seeds}};
}

}  // namespace belamy::testing
