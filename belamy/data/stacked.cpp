#include "belamy/data/stacked.h"

#include "belamy/core/error.h"
#include "belamy/core/rng.h"
#include "belamy/data/sha256.h"

namespace belamy {

StackedImages::StackedImages(std::unique_ptr<Dataset> images, int64_t count, uint64_t seed)
    : images_(std::move(images)), seed_(seed) {
  if (!images_->is_image() || images_->shape().dims[0] != 1 || images_->classes() == 0) {
    fail(ErrorKind::kUsage, "labelled grey images can be stacked, this is {}",
         images_->description());
  }
  RandomStream random(seed, "data.stacked");
  stacks_.resize(static_cast<size_t>(count));
  for (Stack& stack : stacks_) {
    for (int64_t& image : stack) {
      image = static_cast<int64_t>(random.below(static_cast<uint64_t>(images_->size())));
    }
  }
}

SampleShape StackedImages::shape() const {
  SampleShape shape = images_->shape();
  shape.dims[0] = std::tuple_size_v<Stack>;
  return shape;
}

std::string StackedImages::description() const {
  return fmt::format("{} stacks of three of {} (seed {})", size(), images_->description(), seed_);
}

std::string StackedImages::fingerprint() const {
  return sha256_hex(fmt::format("{} stacked {} {}", images_->fingerprint(), size(), seed_));
}

const StackedImages::Stack& StackedImages::stack(int64_t index) const {
  if (index < 0 || index >= size()) {
    fail(ErrorKind::kData, "{}: expected a sample number of 0..{}, got {}", description(),
         size() - 1, index);
  }
  return stacks_[static_cast<size_t>(index)];
}

void StackedImages::gather(std::span<const int64_t> indices, float* out) const {
  std::vector<int64_t> planes;
  planes.reserve(3 * indices.size());
  for (const int64_t index : indices) {
    const Stack& images = stack(index);
    planes.insert(planes.end(), images.begin(), images.end());
  }
  images_->gather(planes, out);  // [N * 3, 1, H, W] is [N, 3, H, W]
}

int64_t StackedImages::classes() const {
  const int64_t digits = images_->classes();
  return digits * digits * digits;
}

std::optional<int64_t> StackedImages::label(int64_t index) const {
  int64_t number = 0;
  for (const int64_t image : stack(index)) {
    number = images_->classes() * number + images_->label(image).value();
  }
  return number;
}

}  // namespace belamy
