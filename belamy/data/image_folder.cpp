#include "belamy/data/image_folder.h"

#include <algorithm>
#include <string>
#include <vector>

#include "belamy/core/error.h"
#include "belamy/core/memory.h"
#include "belamy/image/planes.h"
#include "belamy/image/png.h"

namespace belamy {
namespace fs = std::filesystem;
namespace {

struct Listing {
  std::vector<fs::path> pictures;
  std::vector<fs::path> folders;
  int64_t others = 0;
};

Listing list_folder(const fs::path& folder) {
  std::error_code code;
  fs::directory_iterator entries(folder, code);
  if (code) fail(ErrorKind::kIo, "cannot read folder {}: {}", folder.string(), code.message());
  Listing listing;
  for (; entries != fs::directory_iterator(); entries.increment(code)) {
    const fs::directory_entry& entry = *entries;
    if (entry.path().filename().string().starts_with(".")) continue;
    if (entry.is_directory(code)) {
      listing.folders.push_back(entry.path());
    } else if (is_png_name(entry.path())) {
      listing.pictures.push_back(entry.path());
    } else {
      ++listing.others;
    }
  }
  if (code) fail(ErrorKind::kIo, "cannot read folder {}: {}", folder.string(), code.message());
  std::sort(listing.pictures.begin(), listing.pictures.end());
  std::sort(listing.folders.begin(), listing.folders.end());
  return listing;
}

struct LabelledFiles {
  std::vector<fs::path> files;
  Labels labels;
};

LabelledFiles find_pictures(const fs::path& folder) {
  const Listing top = list_folder(folder);
  LabelledFiles found{top.pictures, {}};
  for (const fs::path& subfolder : top.folders) {
    const Listing inside = list_folder(subfolder);
    if (inside.pictures.empty()) continue;
    found.labels.values.insert(found.labels.values.end(), inside.pictures.size(),
                               found.labels.classes++);
    found.files.insert(found.files.end(), inside.pictures.begin(), inside.pictures.end());
  }
  if (found.files.empty()) {
    fail(ErrorKind::kData,
         "{}: expected a folder of PNG pictures (or of folders of them), got {} folders, {} other "
         "files and no picture; convert other formats to PNG first",
         folder.string(), top.folders.size(), top.others);
  }
  if (!top.pictures.empty() && found.labels.classes > 0) {
    fail(ErrorKind::kData,
         "{}: expected either pictures or folders of pictures (a class each), got {} pictures "
         "beside {} folders; move the pictures into a folder of their own",
         folder.string(), top.pictures.size(), found.labels.classes);
  }
  return found;
}

bool has_color(const Image& image) {
  const auto channels = static_cast<size_t>(image.channels);
  if (channels < 3) return false;
  for (size_t i = 0; i < image.pixels.size(); i += channels) {
    if (image.pixels[i] != image.pixels[i + 1] || image.pixels[i] != image.pixels[i + 2]) {
      return true;
    }
  }
  return false;
}

struct Loaded {
  Image image;
  bool was_grey = false;
};

// Grey pictures can be coloured ones; what is in colour would lose it.
Loaded load(const fs::path& file, const ImageFolderOptions& options) {
  const Image given = read_png(file);
  const bool is_coloured = has_color(given);
  if (options.channels == 1 && is_coloured) {
    fail(ErrorKind::kData,
         "{} is in colour, grey pictures are asked for; ask for coloured ones by data.channels = "
         "3, or convert it to grey first",
         file.string());
  }
  const Image picture = to_channels(given, options.channels);
  try {
    return {fit_image(picture, options.height, options.width, options.fit), !is_coloured};
  } catch (const Error& error) {
    fail(error.kind(), "{}: {}", file.string(), error.reason());
  }
}

void check(const ImageFolderOptions& options) {
  const auto is_side = [](int64_t side) { return side >= 1 && side <= kMaxImageSide; };
  if (!is_side(options.height) || !is_side(options.width)) {
    fail(ErrorKind::kUsage, "pictures must have sides of 1..{}, got {}x{} (height x width)",
         kMaxImageSide, options.height, options.width);
  }
}

}  // namespace

std::unique_ptr<ImageBytes> open_image_folder(const fs::path& folder,
                                              const ImageFolderOptions& options) {
  check(options);
  LabelledFiles found = find_pictures(folder);
  const SampleShape shape{{options.channels, options.height, options.width}};
  std::vector<uint8_t> pixels;  // [N, C, H, W]
  const double bytes = static_cast<double>(found.files.size()) *
                       static_cast<double>(std::max<int64_t>(shape.values(), 0));
  if (bytes > static_cast<double>(available_memory())) {
    fail(
        ErrorKind::kUsage,
        "{}: {} pictures of {} take {}, {} are available; try a smaller data.height and data.width",
        folder.string(), found.files.size(), shape.text(), gigabytes_text(bytes),
        gigabytes_text(static_cast<double>(available_memory())));
  }
  pixels.reserve(static_cast<size_t>(bytes));
  int64_t grey = 0;
  for (const fs::path& file : found.files) {
    const Loaded loaded = load(file, options);
    append_planes(loaded.image, pixels);
    if (loaded.was_grey) ++grey;
  }
  std::string description =
      fmt::format("{} pictures of {} from {}", found.files.size(), shape.text(), folder.string());
  if (options.channels == 3 && grey > 0) description += fmt::format(" ({} of them grey)", grey);
  auto images = std::make_unique<ImageBytes>(shape, std::move(pixels), std::move(found.labels),
                                             options.range, std::move(description));
  std::vector<std::string> names;
  for (const fs::path& file : found.files) names.push_back(file.stem().string());
  images->set_sample_names(std::move(names));
  return images;
}

}  // namespace belamy
