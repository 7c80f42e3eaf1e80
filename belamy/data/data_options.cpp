#include "belamy/data/data_options.h"

#include <optional>

#include "belamy/core/error.h"
#include "belamy/data/catalog.h"
#include "belamy/data/mirrored.h"
#include "belamy/data/open.h"
#include "belamy/data/resized.h"
#include "belamy/data/two_sides.h"

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
  const bool by_path = options.is_by_path();
  refuse(!by_path && options.classes > 0, "classes", "\"idx\" or \"folder\"");
  refuse(!by_path && !options.path.empty(), "path", "\"idx\" or \"folder\"");
  refuse(options.name != kIdx && !options.labels.empty(), "labels", "\"idx\"");
  const bool has_size = options.height > 0 || options.width > 0;
  refuse(has_size && !by_path && find_in_catalog(options.name).shape.dims.size() != 3,
         "height and width", "images");
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
            "rows the images are brought to; 0: their own. idx: known by itself");
  v.integer("width", width, {0, 4096},
            "columns the images are brought to; 0: their own. idx: known by itself");
  v.integer("channels", channels, {1, 3}, "folder: 1 for grey, 3 for colour");
  v.choice("fit", fit, {"exact", "crop", "stretch", "pad"},
           "folder: what to do with an image of another size");
  v.numbers("range", range, {2, 2}, {-1e3, 1e3},
            "what bytes 0 and 255 become: [-1, 1] for tanh, [0, 1] for sigmoid");
  v.choice("order", order, {"sequential", "shuffled", "replacement"},
           "epochs as stored, epochs shuffled, or each image drawn anew");
  v.text("partner", partner, "the other side of a translation: a data set's name, or a folder");
  v.boolean("mirror", mirror, "learn from each image's mirror image too");
  v.integer("classes", classes, {0, 65536}, "idx and folder: classes of the labels; 0: as found");
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

namespace {

std::unique_ptr<Dataset> open_one(const DataOptions& options) {
  if (options.is_by_path() && options.path.empty()) {
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
  auto dataset = open_named(options.name, options.split, options.byte_range());
  if (options.height == 0 && options.width == 0) return dataset;
  const SampleShape own = dataset->shape();
  return resized_images(dynamic_cast<const ImageBytes&>(*dataset),
                        options.height > 0 ? options.height : own.dims[1],
                        options.width > 0 ? options.width : own.dims[2]);
}

std::unique_ptr<Dataset> mirrored_if_asked(std::unique_ptr<Dataset> dataset,
                                           const DataOptions& options) {
  if (!options.mirror) return dataset;
  return std::make_unique<MirroredImages>(std::move(dataset));
}

// The test split of two named sets is for looking, not for learning.
std::unique_ptr<TwoSides> open_held_out(const DataOptions& a, const DataOptions& b) {
  if (a.is_by_path() || b.is_by_path() || a.split != "train") return nullptr;
  DataOptions test_a = a, test_b = b;
  test_a.split = test_b.split = "test";
  return std::make_unique<TwoSides>(open_one(test_a), open_one(test_b));
}

// A folder is brought to the size of this side.
DataOptions partner_options(const DataOptions& options, const SampleShape& shape) {
  DataOptions other = options;
  other.partner.clear();
  other.labels.clear();
  const bool is_named = is_in_catalog(options.partner);
  other.name = is_named ? options.partner : kFolder;
  other.path = is_named ? "" : options.partner;
  if (!is_named && shape.dims.size() == 3) {
    other.channels = shape.dims[0];
    other.height = shape.dims[1];
    other.width = shape.dims[2];
  }
  return other;
}

}  // namespace

std::unique_ptr<Dataset> open_dataset(const DataOptions& options) {
  refuse_idle_keys(options);
  auto dataset = mirrored_if_asked(open_one(options), options);
  if (options.partner.empty()) return dataset;
  const DataOptions other = partner_options(options, dataset->shape());
  return std::make_unique<TwoSides>(std::move(dataset), mirrored_if_asked(open_one(other), other),
                                    open_held_out(options, other));
}

}  // namespace belamy
