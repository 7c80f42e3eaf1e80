// A folder of PNG pictures as a data set.
#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>

#include "belamy/data/dataset.h"
#include "belamy/image/resize.h"

namespace belamy {

struct ImageFolderOptions {
  int64_t height = 64;   // 1..16384
  int64_t width = 64;    // 1..16384
  int64_t channels = 3;  // 1 grey, 3 colour
  FitRule fit = FitRule::kExact;
  ByteRange range;
};

/// Every *.png of the folder in the order of names, decoded and kept in memory. When the folder
/// holds folders of pictures instead, each is a class, numbered in the order of names. Hidden
/// files and files of other kinds are passed over.
/// Throws kIo when the folder cannot be read; kData, naming folder or file, when it holds no
/// pictures, holds both pictures and classes, or a picture is broken, does not fit, or is in colour
/// where grey is asked for. Grey ones become coloured ones; the description counts them.
std::unique_ptr<ImageBytes> open_image_folder(const std::filesystem::path& folder,
                                              const ImageFolderOptions& options);

}  // namespace belamy
