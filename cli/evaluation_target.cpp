#include "cli/evaluation_target.h"

#include <fmt/ranges.h>

#include <algorithm>
#include <filesystem>

#include "belamy/core/error.h"
#include "belamy/core/file.h"
#include "belamy/data/catalog.h"
#include "belamy/data/data_options.h"
#include "belamy/data/image_folder.h"
#include "belamy/data/open.h"
#include "belamy/image/npy.h"
#include "belamy/image/png.h"
#include "belamy/metrics/game_source.h"
#include "belamy/metrics/reference.h"
#include "belamy/recipe/recipe.h"
#include "belamy/train/checkpoint.h"

namespace belamy::cli {
namespace fs = std::filesystem;
namespace {

constexpr int64_t kDefaultCount = 10'000;
constexpr uint64_t kLargestArray = uint64_t{8} << 30;
constexpr const char* kDataPrefix = "data:";

// uint8 [N, H, W, C] or [N, H, W] of `belamy sample --npy` or any other tool.
std::unique_ptr<Dataset> open_npy(const fs::path& path) {
  const NpyArray array = decode_npy(read_bytes(path, kLargestArray), path.string());
  const auto& shape = array.shape;
  const bool has_channels = shape.size() == 4 && (shape[3] == 1 || shape[3] == 3);
  if (array.dtype != "|u1" || !(has_channels || shape.size() == 3)) {
    fail(ErrorKind::kData,
         "{} must hold uint8 images [N, H, W] or [N, H, W, C] with 1 or 3 channels, got {} [{}]",
         path.string(), array.dtype, fmt::join(shape, ", "));
  }
  // A side of 0 would let the others be anything.
  if (array.bytes.empty()) fail(ErrorKind::kData, "{} holds no images", path.string());
  const int64_t channels = has_channels ? shape[3] : 1;
  const int64_t pixels = shape[1] * shape[2];
  std::vector<uint8_t> planes(array.bytes.size());  // [N, C, H, W]
  for (int64_t n = 0; n < shape[0]; ++n) {
    const uint8_t* from = array.bytes.data() + n * pixels * channels;
    uint8_t* to = planes.data() + n * pixels * channels;
    for (int64_t p = 0; p < pixels; ++p) {
      for (int64_t c = 0; c < channels; ++c) to[c * pixels + p] = from[p * channels + c];
    }
  }
  return std::make_unique<ImageBytes>(SampleShape{{channels, shape[1], shape[2]}},
                                      std::move(planes), Labels{}, ByteRange{},
                                      fmt::format("{} images from {}", shape[0], path.string()));
}

// The size of the folder's first picture, which all must have.
Image first_picture(const fs::path& folder) {
  std::vector<fs::path> pictures;
  for (const auto& entry : fs::recursive_directory_iterator(folder)) {
    if (entry.path().extension() == ".png") pictures.push_back(entry.path());
  }
  if (pictures.empty()) {
    fail(ErrorKind::kData,
         "{} holds neither a run (recipe.toml) nor PNG pictures; `belamy sample RUN --each DIR` "
         "makes some",
         folder.string());
  }
  return read_png(*std::ranges::min_element(pictures));
}

std::unique_ptr<Dataset> open_pictures(const fs::path& folder) {
  const Image first = first_picture(folder);
  return open_image_folder(folder, {.height = first.height,
                                    .width = first.width,
                                    .channels = first.channels <= 2 ? 1 : 3,
                                    .fit = FitRule::kExact,
                                    .range = {}});
}

}  // namespace

EvaluationTarget::EvaluationTarget(const TargetArguments& arguments)
    : data_(arguments.data), seed_(arguments.seed) {
  const std::string& target = arguments.target;
  const bool is_run = target == "latest" || fs::exists(fs::path(target) / "recipe.toml");
  if (is_run) {
    open_run(arguments);
    return;
  }
  if (data_.empty()) {
    fail(ErrorKind::kUsage, "say by --data NAME what {} is to be compared with", target);
  }
  open_files(arguments);
}

bool EvaluationTarget::is_named() const {
  return std::ranges::any_of(catalog(),
                             [&](const CatalogEntry& entry) { return entry.name == data_; });
}

std::unique_ptr<Dataset> EvaluationTarget::open_reference(const std::string& split) const {
  if (is_named()) return open_named(data_, split, {});
  if (split != "train") {
    fail(ErrorKind::kUsage, "{} has no split '{}'; leave out --split", data_, split);
  }
  if (run_ && data_ == run_->recipe().data.name) {
    DataOptions options = run_->recipe().data;
    options.range = {-1, 1};
    return open_dataset(options);
  }
  if (fs::is_directory(data_)) return open_pictures(data_);
  find_in_catalog(data_);  // throws, naming those there are
  return nullptr;
}

FeatureTable EvaluationTarget::reference(const std::string& split, int64_t count,
                                         const Extractor& extractor,
                                         const ExtractionProgress& progress) const {
  if (is_named()) return named_reference(data_, split, count, seed_, extractor, progress);
  return reference_features(*open_reference(split), count, seed_, extractor, progress);
}

void EvaluationTarget::open_run(const TargetArguments& arguments) {
  run_ = Run::open(arguments.target);
  const Recipe& recipe = run_->recipe();
  if (data_.empty()) data_ = recipe.data.name;
  const fs::path checkpoint = run_->checkpoint(arguments.checkpoint);
  game_ = make_game(recipe, recipe_sample_shape(recipe));
  game_->load_sampler(load_weights(checkpoint), checkpoint.string());
  source_ = game_source(*game_, recipe.data.byte_range(),
                        arguments.count == 0 ? kDefaultCount : arguments.count, arguments.seed);
}

void EvaluationTarget::open_files(const TargetArguments& arguments) {
  const std::string& target = arguments.target;
  if (target.starts_with(kDataPrefix)) {
    dataset_ = open_named(data_, target.substr(std::string(kDataPrefix).size()), {});
  } else if (fs::is_directory(target)) {
    dataset_ = open_pictures(target);
  } else if (target.ends_with(".npy")) {
    dataset_ = open_npy(target);
  } else {
    fail(ErrorKind::kUsage,
         "'{}' is neither a run folder, a folder of PNG pictures, a .npy file, nor data:train or "
         "data:test",
         target);
  }
  source_ = dataset_source(*dataset_, arguments.count, arguments.seed);
}

}  // namespace belamy::cli
