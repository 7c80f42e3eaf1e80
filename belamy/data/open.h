// Data sets by name or by path.
#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>

#include "belamy/data/dataset.h"
#include "belamy/data/image_folder.h"

namespace belamy {

/// A data set of the catalog; `split` is "train" or "test". Data sets with files must have been
/// fetched (belamy/data/fetch.h); those without are made with their usual number of points, always
/// the same, and `range` does not concern them.
/// Throws kUsage for an unknown name or split, kData when it is not fetched or damaged.
std::unique_ptr<Dataset> open_named(const std::string& name, const std::string& split,
                                    ByteRange range);

/// Images of an IDX file, uint8 [N, H, W] or [N, C, H, W] with 1 or 3 channels, with labels from
/// another, uint8 [N]. Throws kIo, or kData naming the file, also when the counts differ.
std::unique_ptr<ImageBytes> open_idx(const std::filesystem::path& images_path,
                                     const std::optional<std::filesystem::path>& labels_path,
                                     ByteRange range);

}  // namespace belamy
