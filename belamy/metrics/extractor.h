// Features of images, by which metrics compare what is generated with what is real.
#pragma once

#include <ATen/core/Tensor.h>

#include <cstdint>
#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include "belamy/nn/shape.h"

namespace belamy {

/// What turns images into features; see Extractor.
class FeatureModel;

/// How images are brought to what an extractor takes.
enum class ResizeRule {
  kExact,     // refuse images of another size or with other channels
  kBilinear,  // antialiased bilinear filter; grey repeated, colour turned to luma
};

/// What a TorchScript module's file does not say.
struct TorchScriptInput {
  Shape shape;      // [C, H, W]
  double low = -1;  // what -1 becomes
  double high = 1;  // what 1 becomes
};

/// Copies share the network. Not for use by two threads at once.
class Extractor {
 public:
  struct Features {
    at::Tensor features;  // [N, D] float32
    at::Tensor logits;    // [N, classes] float32; undefined without classes
  };

  /// The classifier of that data set that is part of the library ("mnist"). Throws kUsage, naming
  /// those there are.
  static Extractor for_data(const std::string& data_name);
  static std::vector<std::string> data_names();

  /// for_data() where there is a classifier, else random_features().
  static Extractor automatic(const std::string& data_name);

  /// A classifier trained by train_extractor (.safetensors). Throws kIo, kCheckpoint.
  static Extractor load(const std::filesystem::path& path);

  /// A TorchScript module: float32 [N, C, H, W] -> [N, D], or a tuple of that and logits
  /// [N, classes]. Tried on two images of zeros. Throws kIo, kCheckpoint; kData when it does not
  /// take such images or gives something else.
  static Extractor load_torchscript(const std::filesystem::path& path,
                                    const TorchScriptInput& input);

  /// A convolutional network with random weights, always the same, for images that no classifier
  /// knows; no logits. Ranks models of one data set as trained features do where those are far from
  /// their own training data. Naeem et al., "Reliable fidelity and diversity metrics for generative
  /// models" (2020), section 4.3.
  static Extractor random_features();

  explicit Extractor(std::shared_ptr<const FeatureModel> model, ResizeRule rule);

  /// images: [N, C, H, W] float32 in -1..1, N >= 1. In inference mode and in batches; gradients
  /// flow to images that require them. Throws kShape for images that do not fit, kData for features
  /// that are not finite, or not [N, D].
  Features operator()(const at::Tensor& images) const;

  /// The same network taking images by another rule.
  Extractor with_resize(ResizeRule rule) const;

  const std::string& name() const;  // "mnist-classifier"
  const std::string& hash() const;  // SHA-256 of the weights' file, 64 digits
  int64_t classes() const;          // 0: no logits
  /// What becomes of an image before the network sees it, for a score line:
  /// "1×28×28 exact".
  std::string resize_text() const;
  /// [C, H, W] that the network takes.
  const Shape& input_shape() const;

 private:
  std::shared_ptr<const FeatureModel> model_;
  ResizeRule rule_;
};

/// "exact" or "bilinear"
const char* resize_rule_name(ResizeRule rule);

}  // namespace belamy
