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
  const bool by_path = options.name == kIdx || options.name == kFolder;
  if (by_path && options.path.empty()) {
    fail(ErrorKind::kRecipe, "data.name = \"{}\" needs data.path", options.name);
  }
  if (!by_path && !options.path.empty()) {
    fail(ErrorKind::kRecipe,
         "data.path is for data.name = \"idx\" or \"folder\"; {} is found by its name",
         options.name);
  }
  if (options.name == kFolder) return open_folder(options);
  if (options.name == kIdx) {
    const auto labels = options.labels.empty()
                            ? std::nullopt
                            : std::optional<std::filesystem::path>(options.labels);
    return open_idx(options.path, labels, options.byte_range());
  }
  return open_named(options.name, options.split, options.byte_range());
}

}  // namespace belamy
