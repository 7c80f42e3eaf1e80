#include "belamy/data/mirrored.h"

#include <algorithm>

#include "belamy/core/error.h"
#include "belamy/data/sha256.h"

namespace belamy {

MirroredImages::MirroredImages(std::unique_ptr<Dataset> images) : images_(std::move(images)) {
  if (!images_->is_image()) {
    fail(ErrorKind::kUsage, "only images have mirror images; {} are samples of {}",
         images_->description(), images_->shape().text());
  }
}

std::string MirroredImages::description() const {
  return images_->description() + ", and mirrored";
}

std::string MirroredImages::fingerprint() const {
  return sha256_hex(images_->fingerprint() + " mirrored");
}

int64_t MirroredImages::original(int64_t index) const {
  if (index < 0 || index >= size()) {
    fail(ErrorKind::kData, "{}: expected a sample number of 0..{}, got {}", description(),
         size() - 1, index);
  }
  return index % images_->size();
}

void MirroredImages::gather(std::span<const int64_t> indices, float* out) const {
  std::vector<int64_t> originals;
  for (const int64_t index : indices) originals.push_back(original(index));
  images_->gather(originals, out);
  const SampleShape sample = shape();
  const int64_t values = sample.values(), width = sample.dims[2];
  for (size_t i = 0; i < indices.size(); ++i) {
    if (indices[i] < images_->size()) continue;
    float* image = out + static_cast<int64_t>(i) * values;
    for (float* row = image; row < image + values; row += width) std::reverse(row, row + width);
  }
}

std::optional<int64_t> MirroredImages::label(int64_t index) const {
  return images_->label(original(index));
}

std::string MirroredImages::sample_name(int64_t index) const {
  const std::string name = images_->sample_name(original(index));
  return index < images_->size() ? name : name + " mirrored";
}

}  // namespace belamy
