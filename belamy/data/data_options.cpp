#include "belamy/data/data_options.h"

#include <optional>

#include "belamy/core/error.h"
#include "belamy/data/catalog.h"
#include "belamy/data/open.h"

namespace belamy {
namespace {

const char* const kIdx = "idx";
const char* const kFolder = "folder";

std::vector<std::string> data_names() {
  std::vector<std::string> names;
  for (const CatalogEntry& entry : catalog()) names.push_back(entry.name);
  names.insert(names.end(), {kIdx, kFolder});
  return names;
}

FitRule fit_rule(const std::string& name) {
  if (name == "crop") return FitRule::kCrop;
  if (name == "stretch") return FitRule::kStretch;
  if (name == "pad") return FitRule::kPad;
  return FitRule::kExact;
}

std::unique_ptr<Dataset> open_folder(const DataOptions& options) {
  if (options.height < 1 || options.width < 1) {
    fail(ErrorKind::kRecipe,
         "data.name = \"folder\" needs data.height and data.width, the size the images are brought "
         "to");
  }
  return open_image_folder(options.path, {.height = options.height,
                                          .width = options.width,
                                          .channels = options.channels,
                                          .fit = fit_rule(options.fit),
                                          .range = options.byte_range()});
}

// A key that would do nothing is a mistake worth telling.
void refuse_idle_keys(const DataOptions& options) {
  const auto refuse = [&](bool given, const char* key, const char* use) {
    if (!given) return;
    fail(ErrorKind::kRecipe, "data.{} is for data.name = {}; {} is what it is", key, use,
         options.name);
  };
  const bool by_path = options.name == kIdx || options.name == kFolder;
  refuse(!by_path && !options.path.empty(), "path", "\"idx\" or \"folder\"");
  refuse(options.name != kIdx && !options.labels.empty(), "labels", "\"idx\"");
  refuse(!by_path && (options.height > 0 || options.width > 0), "height and width", "\"folder\"");
  refuse(options.name != kFolder && options.fit != "exact", "fit", "\"folder\"");
}

void require_shape(const DataOptions& options, const Dataset& dataset) {
  const std::vector<int64_t> told = {options.channels, options.height, options.width};
  if (options.height == 0 || dataset.shape().dims == told) return;
  fail(ErrorKind::kData, "{} holds images of {}, data.channels, height and width say {}×{}×{}",
       options.path, dataset.shape().text(), told[0], told[1], told[2]);
}

}  // namespace

void DataOptions::visit(OptionsVisitor& v) {
  v.choice("name", name, data_names(), "a data set of `belamy data list`, or idx, or folder");
  v.text("path", path, "idx: the images' file; folder: the folder of PNG files");
  v.text("labels", labels, "idx: the labels' file, if there is one");
  v.choice("split", split, {"train", "test"}, "which part of a named data set");
  v.integer("height", height, {0, 4096},
            "folder: rows the images are brought to; idx: known by itself");
  v.integer("width", width, {0, 4096},
            "folder: columns the images are brought to; idx: known by itself");
  v.integer("channels", channels, {1, 3}, "folder: 1 for grey, 3 for colour");
  v.choice("fit", fit, {"exact", "crop", "stretch", "pad"},
           "folder: what to do with an image of another size");
  v.numbers("range", range, {2, 2}, {-1e3, 1e3},
            "what bytes 0 and 255 become: [-1, 1] for tanh, [0, 1] for sigmoid");
  v.choice("order", order, {"sequential", "shuffled", "replacement"},
           "epochs as stored, epochs shuffled, or each image drawn anew");
}

Order DataOptions::loader_order() const {
  if (order == "sequential") return Order::kSequential;
  return order == "replacement" ? Order::kReplacement : Order::kShuffled;
}

ByteRange DataOptions::byte_range() const {
  if (!(range[0] < range[1])) {
    fail(ErrorKind::kRecipe, "data.range must rise, got [{}, {}]", range[0], range[1]);
  }
  return {static_cast<float>(range[0]), static_cast<float>(range[1])};
}

std::unique_ptr<Dataset> open_dataset(const DataOptions& options) {
  refuse_idle_keys(options);
  const bool by_path = options.name == kIdx || options.name == kFolder;
  if (by_path && options.path.empty()) {
    fail(ErrorKind::kRecipe, "data.name = \"{}\" needs data.path", options.name);
  }
  if (options.name == kFolder) return open_folder(options);
  if (options.name == kIdx) {
    const auto labels = options.labels.empty()
                            ? std::nullopt
                            : std::optional<std::filesystem::path>(options.labels);
    auto dataset = open_idx(options.path, labels, options.byte_range());
    require_shape(options, *dataset);
    return dataset;
  }
  return open_named(options.name, options.split, options.byte_range());
}

}  // namespace belamy
