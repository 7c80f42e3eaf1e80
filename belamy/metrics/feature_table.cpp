#include "belamy/metrics/feature_table.h"

#include <ATen/ATen.h>

#include <map>
#include <vector>

#include "belamy/core/error.h"
#include "belamy/core/file.h"
#include "belamy/weights/safetensors.h"

namespace belamy {
namespace {

constexpr int64_t kBatch = 256;

at::Tensor joined(const std::vector<at::Tensor>& parts) {
  return parts.empty() ? at::Tensor() : at::cat(parts);
}

/// A tensor of a kept table.
struct Part {
  const char* name;
  at::ScalarType type;
  int64_t dims;
  bool is_optional;
};

constexpr Part kParts[] = {{"features", at::kFloat, 2, false},
                           {"logits", at::kFloat, 2, true},
                           {"labels", at::kLong, 1, true},
                           {"pixel_mean", at::kLong, 1, false},
                           {"pixel_square", at::kLong, 1, false}};

int64_t rows_of(const at::Tensor& values) {
  return values.defined() && values.dim() > 0 ? values.size(0) : 0;
}

at::Tensor chosen(const at::Tensor& values, const at::Tensor& indices) {
  return values.defined() ? values.index_select(0, indices) : values;
}

}  // namespace

FeatureTable FeatureTable::rows(std::span<const int64_t> indices) const {
  const at::Tensor which = at::tensor(at::ArrayRef<int64_t>(indices.data(), indices.size()));
  return {chosen(features, which), chosen(logits, which), chosen(labels, which),
          chosen(pixel_mean, which), chosen(pixel_square, which)};
}

FeatureTable extract_features(ImageSource& source, const Extractor& extractor,
                              const ExtractionProgress& progress) {
  const at::NoGradGuard no_grad;
  std::vector<at::Tensor> features, logits, labels, means, squares;
  source.rewind();
  int64_t done = 0;
  for (auto images = source.next(kBatch); images.pixels.defined(); images = source.next(kBatch)) {
    const Extractor::Features found = extractor(images.pixels);
    features.push_back(found.features);
    if (found.logits.defined()) logits.push_back(found.logits);
    if (images.labels.defined()) labels.push_back(images.labels);
    const at::Tensor pixels = images.pixels.flatten(1).to(at::kDouble);
    means.push_back(pixels.mean(1));
    squares.push_back(pixels.square().mean(1));
    done += images.pixels.size(0);
    if (progress) progress(done, source.count());
  }
  if (done == 0) fail(ErrorKind::kData, "there are no images to evaluate");
  return {joined(features), joined(logits), joined(labels), joined(means), joined(squares)};
}

at::Tensor predicted_classes(const FeatureTable& table) {
  if (!table.logits.defined()) {
    fail(ErrorKind::kUsage,
         "this metric needs classes, and the extractor gives none; use a classifier "
         "(`belamy extractor list`)");
  }
  return table.logits.argmax(1);
}

at::Tensor known_classes(const FeatureTable& table) {
  return table.labels.defined() ? table.labels : predicted_classes(table);
}

std::vector<std::vector<int64_t>> rows_by_class(const at::Tensor& classes, int64_t count) {
  const at::Tensor dense = classes.contiguous();
  const auto* of = dense.data_ptr<int64_t>();
  std::vector<std::vector<int64_t>> rows(static_cast<size_t>(count));
  for (int64_t i = 0; i < dense.numel(); ++i) {
    if (of[i] >= 0 && of[i] < count) rows[static_cast<size_t>(of[i])].push_back(i);
  }
  return rows;
}

void save_features(const std::filesystem::path& path, const FeatureTable& table) {
  Safetensors content;
  const auto keep = [&](const char* name, const at::Tensor& values) {
    if (values.defined()) content.tensors.push_back({name, values.contiguous()});
  };
  keep("features", table.features);
  keep("labels", table.labels);
  keep("logits", table.logits);
  // As pairs of floats would lose digits, the bits of a double travel as an integer.
  keep("pixel_mean", table.pixel_mean.view(at::kLong));
  keep("pixel_square", table.pixel_square.view(at::kLong));
  write_safetensors(path, content);
}

FeatureTable decode_features(std::span<const uint8_t> bytes, const std::string& source) {
  std::map<std::string, at::Tensor> found;
  for (const NamedTensor& held : decode_safetensors(bytes, source).tensors) {
    found[held.name] = held.tensor;
  }
  const int64_t rows = rows_of(found["features"]);
  for (const Part& part : kParts) {
    const at::Tensor& values = found[part.name];
    if (!values.defined() && part.is_optional) continue;
    if (rows > 0 && values.defined() && values.scalar_type() == part.type &&
        values.dim() == part.dims && values.size(0) == rows && values.numel() > 0) {
      continue;
    }
    fail(ErrorKind::kCheckpoint,
         "{} does not hold {} as Belamy keeps them; remove it, and it is "
         "made again",
         source, part.name);
  }
  return {found["features"], found["logits"], found["labels"],
          found["pixel_mean"].view(at::kDouble), found["pixel_square"].view(at::kDouble)};
}

FeatureTable load_features(const std::filesystem::path& path) {
  return decode_features(read_bytes(path, kLargestSafetensors), path.string());
}

}  // namespace belamy
