#include "belamy/metrics/classifier.h"

#include <charconv>

#include "belamy/core/error.h"
#include "belamy/nn/network_size.h"
#include "belamy/weights/safetensors.h"

namespace belamy {
namespace {

constexpr const char* kUsualArchitecture = "belamy-classifier-1";
constexpr const char* kArchitecture = "belamy-classifier-2";  // tells its filters
constexpr int64_t kMostClasses = 100'000;
constexpr int64_t kMostFilters = 512;

std::string filters_key(size_t convolution) {
  return "filters_" + std::to_string(convolution + 1);
}

// Pooled before it is normalised, which takes a quarter of the time.
void add_block(std::vector<LayerOptions>& layers, int64_t filters, int64_t kernel) {
  ConvOptions conv;
  conv.filters = filters;
  conv.kernel = {kernel};
  conv.padding = "same";
  conv.use_bias = false;  // the normalisation has one
  conv.kernel_initializer = HeNormal{};
  layers.push_back(conv);
  layers.push_back(MaxPoolOptions{});
  BatchNormOptions normalization;
  normalization.momentum = 0.9;
  layers.push_back(normalization);
  ActivationLayerOptions activation;
  activation.function = Relu{};
  layers.push_back(activation);
}

LayerOptions dropout(double rate) {
  DropoutOptions options;
  options.rate = rate;
  return options;
}

std::vector<LayerOptions> body_layers(const ClassifierFilters& filters) {
  std::vector<LayerOptions> layers;
  add_block(layers, filters[0], 5);
  add_block(layers, filters[1], 3);
  add_block(layers, filters[2], 3);
  layers.push_back(FlattenOptions{});
  layers.push_back(dropout(0.3));
  DenseOptions dense;
  dense.units = Classifier::kFeatures;
  dense.activation = Relu{};
  dense.kernel_initializer = HeNormal{};
  layers.push_back(dense);
  return layers;
}

std::vector<LayerOptions> head_layers(int64_t classes) {
  DenseOptions dense;
  dense.units = classes;
  return {dropout(0.3), dense};
}

// The tensors of one network in a file of both.
std::vector<NamedTensor> with_prefix(const std::string& prefix,
                                     const std::vector<NamedTensor>& tensors) {
  std::vector<NamedTensor> named;
  for (const NamedTensor& held : tensors) named.push_back({prefix + held.name, held.tensor});
  return named;
}

std::vector<NamedTensor> without_prefix(const std::string& prefix,
                                        const std::vector<NamedTensor>& tensors) {
  std::vector<NamedTensor> found;
  for (const NamedTensor& held : tensors) {
    if (held.name.starts_with(prefix)) {
      found.push_back({held.name.substr(prefix.size()), held.tensor});
    }
  }
  return found;
}

double values_in(const std::string& prefix, const std::vector<NamedTensor>& tensors) {
  double values = 0;
  for (const NamedTensor& held : tensors) {
    if (held.name.starts_with(prefix)) values += static_cast<double>(held.tensor.numel());
  }
  return values;
}

// The metadata only claim widths: a network of them is built when the file has its weights.
void require_weights(const std::string& part, const NetworkGraph& claimed,
                     const std::vector<NamedTensor>& tensors, const std::string& source) {
  const double needed = network_size(part, claimed).weights;
  const double held = values_in(part + ".", tensors);
  if (needed == held) return;
  fail(ErrorKind::kCheckpoint,
       "{}: a classifier of the sizes in its metadata has {:.0f} values in {}, the file has {:.0f}",
       source, needed, part, held);
}

class Metadata {
 public:
  Metadata(const std::map<std::string, std::string>& values, const std::string& source)
      : values_(values), source_(source) {}

  std::string text(const std::string& key) const {
    const auto found = values_.find(key);
    if (found == values_.end()) {
      fail(ErrorKind::kCheckpoint,
           "{} is not a classifier's file: its metadata lack '{}'; `belamy extractor train` makes "
           "one",
           source_, key);
    }
    return found->second;
  }
  int64_t integer(const std::string& key, int64_t most) const {
    const std::string value = text(key);
    int64_t number = 0;
    const auto [end, code] = std::from_chars(value.data(), value.data() + value.size(), number);
    const bool whole = code == std::errc() && end == value.data() + value.size();
    if (!whole || number < 1 || number > most) {
      fail(ErrorKind::kCheckpoint, "{}: metadata '{}' must be 1..{}, got '{}'", source_, key, most,
           value);
    }
    return number;
  }

 private:
  const std::map<std::string, std::string>& values_;
  const std::string& source_;
};

}  // namespace

Classifier::Classifier(Shape input, int64_t classes, uint64_t seed,
                       const ClassifierFilters& filters)
    : filters_(filters),
      body_("body", body_layers(filters), std::move(input), seed),
      head_("head", head_layers(classes), {kFeatures}, seed) {}

std::vector<uint8_t> encode_classifier(const Classifier& classifier, const ClassifierCard& card) {
  Safetensors content;
  content.tensors = with_prefix("body.", classifier.body().state());
  for (const NamedTensor& held : with_prefix("head.", classifier.head().state())) {
    content.tensors.push_back(held);
  }
  const Shape& input = classifier.body().input_shape();
  content.metadata = {{"format", "pt"},
                      {"architecture", kUsualArchitecture},
                      {"channels", std::to_string(input[0])},
                      {"height", std::to_string(input[1])},
                      {"width", std::to_string(input[2])},
                      {"classes", std::to_string(classifier.classes())},
                      {"data", card.data},
                      {"test_accuracy", card.test_accuracy}};
  if (classifier.filters() != kUsualFilters) {
    content.metadata["architecture"] = kArchitecture;
    for (size_t i = 0; i < kUsualFilters.size(); ++i) {
      content.metadata[filters_key(i)] = std::to_string(classifier.filters()[i]);
    }
  }
  return encode_safetensors(content);
}

LoadedClassifier decode_classifier(std::span<const uint8_t> bytes, const std::string& source) {
  constexpr int64_t kLargestSide = 1024, kMostChannels = 4;
  const Safetensors content = decode_safetensors(bytes, source);
  const Metadata metadata(content.metadata, source);
  const std::string architecture = metadata.text("architecture");
  if (architecture != kArchitecture && architecture != kUsualArchitecture) {
    fail(ErrorKind::kCheckpoint, "{} holds '{}', this Belamy reads '{}'; use a newer Belamy",
         source, architecture, kArchitecture);
  }
  ClassifierFilters filters = kUsualFilters;
  for (size_t i = 0; architecture == kArchitecture && i < filters.size(); ++i) {
    filters[i] = metadata.integer(filters_key(i), kMostFilters);
  }
  const Shape input = {metadata.integer("channels", kMostChannels),
                       metadata.integer("height", kLargestSide),
                       metadata.integer("width", kLargestSide)};
  const int64_t classes = metadata.integer("classes", kMostClasses);
  try {
    require_weights("body", chain(body_layers(filters), input), content.tensors, source);
    require_weights("head", chain(head_layers(classes), {Classifier::kFeatures}), content.tensors,
                    source);
    LoadedClassifier loaded{Classifier(input, classes, 0, filters),
                            {metadata.text("data"), metadata.text("test_accuracy")}};
    loaded.classifier.body().load_state(without_prefix("body.", content.tensors), source);
    loaded.classifier.head().load_state(without_prefix("head.", content.tensors), source);
    return loaded;
  } catch (const LayerShapeError& error) {
    fail(ErrorKind::kCheckpoint, "{}: no classifier has such a shape: {}", source, error.reason());
  }
}

}  // namespace belamy
