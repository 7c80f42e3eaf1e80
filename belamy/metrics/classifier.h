// The small convolutional classifier whose last hidden layer is the feature space of metrics.
#pragma once

#include <array>
#include <filesystem>
#include <span>
#include <string>
#include <vector>

#include "belamy/nn/network.h"

namespace belamy {

/// Filters of a classifier's three convolutions.
using ClassifierFilters = std::array<int64_t, 3>;
inline constexpr ClassifierFilters kUsualFilters = {32, 64, 128};

/// Convolutions of 5 × 5, 3 × 3 and 3 × 3, each pooled by 2 and batch-normalised; then a dense
/// layer of kFeatures, the features; then logits.
class Classifier {
 public:
  static constexpr int64_t kFeatures = 128;

  /// `input`: [C, H, W]. Equal seeds give equal weights. Throws kShape for images smaller than
  /// 8 × 8.
  Classifier(Shape input, int64_t classes, uint64_t seed,
             const ClassifierFilters& filters = kUsualFilters);

  /// x: [N, C, H, W] float32 in -1..1 -> [N, kFeatures] float32.
  at::Tensor features(const at::Tensor& x, const ForwardContext& context) const {
    return body_.forward(x, context);
  }
  /// [N, kFeatures] -> [N, classes] float32.
  at::Tensor logits(const at::Tensor& features, const ForwardContext& context) const {
    return head_.forward(features, context);
  }

  Network& body() { return body_; }
  Network& head() { return head_; }
  const Network& body() const { return body_; }
  const Network& head() const { return head_; }
  int64_t classes() const { return head_.output_shape()[0]; }
  const ClassifierFilters& filters() const { return filters_; }

 private:
  ClassifierFilters filters_;
  Network body_, head_;
};

/// What a classifier's file says of it besides weights.
struct ClassifierCard {
  std::string data;           // "mnist"
  std::string test_accuracy;  // "0.9958"; "" when never tested
};

/// A safetensors file: tensors "body.…" and "head.…", and the shapes and the card as metadata.
std::vector<uint8_t> encode_classifier(const Classifier& classifier, const ClassifierCard& card);

struct LoadedClassifier {
  Classifier classifier;
  ClassifierCard card;
};

/// Throws kCheckpoint, naming `source`, for anything that encode_classifier did not write.
LoadedClassifier decode_classifier(std::span<const uint8_t> bytes, const std::string& source);

}  // namespace belamy
