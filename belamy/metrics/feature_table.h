// What metrics know of a set of images.
#pragma once

#include <ATen/core/Tensor.h>

#include <cstdint>
#include <filesystem>
#include <functional>
#include <span>
#include <string>
#include <vector>

#include "belamy/metrics/extractor.h"
#include "belamy/metrics/image_source.h"

namespace belamy {

/// A row an image.
struct FeatureTable {
  at::Tensor features;      // [N, D] float32
  at::Tensor logits;        // [N, classes] float32; undefined without classes
  at::Tensor labels;        // [N] int64, what the images are told to show; undefined: not told
  at::Tensor pixel_mean;    // [N] float64
  at::Tensor pixel_square;  // [N] float64, the mean of squares

  int64_t count() const { return features.size(0); }
  int64_t dimensions() const { return features.size(1); }
  /// The rows of these numbers.
  FeatureTable rows(std::span<const int64_t> indices) const;
};

/// Called with images done and images in all.
using ExtractionProgress = std::function<void(int64_t done, int64_t total)>;

/// All images of the source, from its start, a batch at a time. Throws as Extractor does, kData for
/// an empty source.
FeatureTable extract_features(ImageSource& source, const Extractor& extractor,
                              const ExtractionProgress& progress = {});

/// [N] int64: the classes as the extractor sees them. Throws kUsage without logits.
at::Tensor predicted_classes(const FeatureTable& table);

/// The labels if told, else the predicted classes.
at::Tensor known_classes(const FeatureTable& table);

/// The numbers of the rows of each of the classes 0..count-1; others are left out.
std::vector<std::vector<int64_t>> rows_by_class(const at::Tensor& classes, int64_t count);

/// Kept as a safetensors file, so that the reference is looked at once.
void save_features(const std::filesystem::path& path, const FeatureTable& table);
/// Throws kIo, kCheckpoint, naming what is not as save_features writes it.
FeatureTable load_features(const std::filesystem::path& path);
/// The same of a file's bytes; `source` is their name for messages.
FeatureTable decode_features(std::span<const uint8_t> bytes, const std::string& source);

}  // namespace belamy
