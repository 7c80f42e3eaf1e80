// The extractors that are a classifier of belamy/metrics/classifier.h.
#include <ATen/ATen.h>

#include <algorithm>

#include "belamy/core/error.h"
#include "belamy/core/file.h"
#include "belamy/core/nearest_name.h"
#include "belamy/data/sha256.h"
#include "belamy/metrics/builtin_weights.h"
#include "belamy/metrics/classifier.h"
#include "belamy/metrics/extractor.h"
#include "belamy/metrics/feature_model.h"

namespace belamy {
namespace {

constexpr uint64_t kLargestFile = uint64_t{64} << 20;

class ClassifierModel final : public FeatureModel {
 public:
  ClassifierModel(std::span<const uint8_t> bytes, const std::string& source)
      : loaded_(decode_classifier(bytes, source)),
        name_(loaded_.card.data + "-classifier"),
        hash_(sha256_hex(bytes)) {}

  Extractor::Features run(const at::Tensor& images) const override {
    const ForwardContext context{.precision = Precision::kFp32};  // the same on every machine
    const at::Tensor features = loaded_.classifier.features(images, context);
    return {features, loaded_.classifier.logits(features, context)};
  }

  const std::string& name() const override { return name_; }
  const std::string& hash() const override { return hash_; }
  const Shape& input_shape() const override { return loaded_.classifier.body().input_shape(); }
  int64_t classes() const override { return loaded_.classifier.classes(); }

 private:
  LoadedClassifier loaded_;
  std::string name_, hash_;
};

}  // namespace

Extractor Extractor::for_data(const std::string& data_name) {
  for (const BuiltinWeights& weights : builtin_weights()) {
    if (weights.data != data_name) continue;
    return Extractor(std::make_shared<ClassifierModel>(weights.bytes, "built-in " + data_name),
                     ResizeRule::kExact);
  }
  fail(ErrorKind::kUsage,
       "there is no classifier of '{}'{}. Train one with `belamy extractor train`, or use "
       "--extractor random",
       data_name, suggestion(data_name, data_names()));
}

std::vector<std::string> Extractor::data_names() {
  std::vector<std::string> names;
  for (const BuiltinWeights& weights : builtin_weights()) names.push_back(weights.data);
  return names;
}

Extractor Extractor::automatic(const std::string& data_name) {
  const std::vector<std::string> names = data_names();
  const bool known = std::ranges::find(names, data_name) != names.end();
  return known ? for_data(data_name) : random_features();
}

Extractor Extractor::load(const std::filesystem::path& path) {
  const std::vector<uint8_t> bytes = read_bytes(path, kLargestFile);
  return Extractor(std::make_shared<ClassifierModel>(bytes, path.string()), ResizeRule::kExact);
}

}  // namespace belamy
