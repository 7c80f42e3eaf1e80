#include "belamy/data/open.h"

#include <fmt/ranges.h>

#include <algorithm>
#include <sstream>

#include "belamy/core/error.h"
#include "belamy/core/file.h"
#include "belamy/data/cache.h"
#include "belamy/data/catalog.h"
#include "belamy/data/emoji.h"
#include "belamy/data/fetch.h"
#include "belamy/data/idx.h"
#include "belamy/data/stacked.h"
#include "belamy/data/synthetic.h"

namespace belamy {
namespace fs = std::filesystem;
namespace {

SampleShape image_shape(const IdxArray& images, const fs::path& path) {
  const std::vector<int64_t>& dims = images.dims;
  if (dims.size() == 3) return {{1, dims[1], dims[2]}};
  if (dims.size() == 4 && (dims[1] == 1 || dims[1] == 3)) return {{dims[1], dims[2], dims[3]}};
  fail(ErrorKind::kData,
       "{}: expected images [N, H, W] or [N, C, H, W] with 1 or 3 channels, got IDX of {}",
       path.string(), fmt::join(dims, "x"));
}

Labels read_labels(const fs::path& path, const IdxArray& images, const fs::path& images_path) {
  const IdxArray labels = read_idx(path);
  if (labels.dims.size() != 1) {
    fail(ErrorKind::kData, "{}: expected labels [N], got IDX of {}", path.string(),
         fmt::join(labels.dims, "x"));
  }
  if (labels.dims[0] != images.dims[0]) {
    fail(ErrorKind::kData, "{} has {} labels but {} has {} images; they must be of one split",
         path.string(), labels.dims[0], images_path.string(), images.dims[0]);
  }
  const int64_t classes = *std::max_element(labels.values.begin(), labels.values.end()) + 1;
  return {{labels.values.begin(), labels.values.end()}, classes};
}

std::vector<std::string> read_lines(const fs::path& path) {
  constexpr uint64_t kLargestFile = 16 << 20;
  std::istringstream text(read_text(path, kLargestFile));
  std::vector<std::string> lines;
  for (std::string line; std::getline(text, line);) lines.push_back(line);
  return lines;
}

}  // namespace

std::unique_ptr<ImageBytes> open_idx(const fs::path& images_path,
                                     const std::optional<fs::path>& labels_path, ByteRange range) {
  IdxArray images = read_idx(images_path);
  SampleShape shape = image_shape(images, images_path);
  Labels labels = labels_path ? read_labels(*labels_path, images, images_path) : Labels{};
  std::string description =
      fmt::format("{} images of {} from {}", images.dims[0], shape.text(), images_path.string());
  return std::make_unique<ImageBytes>(std::move(shape), std::move(images.values), std::move(labels),
                                      range, std::move(description));
}

std::unique_ptr<Dataset> open_named(const std::string& name, const std::string& split,
                                    ByteRange range) {
  const CatalogEntry& entry = find_in_catalog(name);
  if (split != "train" && split != "test") {
    fail(ErrorKind::kUsage, "a data set's split is 'train' or 'test', got '{}'", split);
  }
  const bool train = split == "train";
  if (!entry.needs_files()) {
    const uint64_t seed = train ? 1 : 2;
    const int64_t count = train ? entry.train_count : entry.test_count;
    if (entry.base.empty()) return sample_mixture(gaussian_mixture(name), count, seed);
    return std::make_unique<StackedImages>(open_named(entry.base, split, range), count, seed);
  }
  const fs::path folder = data_cache_folder() / name;
  if (!is_fetched(name)) {
    fail(ErrorKind::kData, "{} is not in {}; try: belamy data fetch {}", name, folder.string(),
         name);
  }
  auto images = open_idx(folder / (train ? kTrainImages : kTestImages),
                         folder / (train ? kTrainLabels : kTestLabels), range);
  const fs::path names = folder / (train ? kTrainNames : kTestNames);
  if (fs::exists(names)) images->set_sample_names(read_lines(names));
  return images;
}

}  // namespace belamy
