#include "belamy/data/dataset.h"

#include <fmt/ranges.h>

#include <algorithm>
#include <cmath>
#include <functional>
#include <numeric>
#include <utility>

#include "belamy/core/error.h"
#include "belamy/data/sha256.h"
#include "belamy/kernels/bytes.h"

namespace belamy {
namespace {

void check_index(int64_t index, int64_t size, const std::string& description) {
  if (index < 0 || index >= size) {
    fail(ErrorKind::kData, "{}: expected a sample number of 0..{}, got {}", description, size - 1,
         index);
  }
}

void check_labels(const Labels& labels, int64_t size, const std::string& description) {
  if (labels.values.empty()) return;
  if (static_cast<int64_t>(labels.values.size()) != size) {
    fail(ErrorKind::kData, "{}: {} samples need as many labels, got {}", description, size,
         labels.values.size());
  }
  const auto [least, most] = std::minmax_element(labels.values.begin(), labels.values.end());
  if (*least < 0 || *most >= labels.classes) {
    fail(ErrorKind::kData, "{}: labels must be classes 0..{}, got {}..{}", description,
         labels.classes - 1, *least, *most);
  }
}

std::string hash_of(const std::string& text) {
  return sha256_hex({reinterpret_cast<const uint8_t*>(text.data()), text.size()});
}

std::optional<int64_t> label_of(const Labels& labels, int64_t index) {
  if (labels.values.empty()) return std::nullopt;
  return labels.values[static_cast<size_t>(index)];
}

}  // namespace

int64_t SampleShape::values() const {
  return std::accumulate(dims.begin(), dims.end(), int64_t{1}, std::multiplies<>());
}

std::string SampleShape::text() const {
  return fmt::format("{}", fmt::join(dims, "×"));
}

std::string Dataset::fingerprint() const {
  std::string text = fmt::format("{} of {}", size(), shape().text());
  for (int64_t i = 0; classes() > 0 && i < size(); ++i) text += fmt::format(" {}", *label(i));
  return hash_of(text);
}

std::string ImageBytes::fingerprint() const {
  return hash_of(Dataset::fingerprint() + sha256_hex(pixels_));
}

ImageBytes::ImageBytes(SampleShape shape, std::vector<uint8_t> pixels, Labels labels,
                       ByteRange range, std::string description)
    : shape_(std::move(shape)),
      pixels_(std::move(pixels)),
      labels_(std::move(labels)),
      range_(range),
      description_(std::move(description)) {
  const int64_t values = shape_.values();
  const auto bytes = static_cast<int64_t>(pixels_.size());
  if (shape_.dims.size() != 3 || values < 1 || bytes == 0 || bytes % values != 0) {
    fail(ErrorKind::kData, "{}: {} bytes are not one or more images of {} [C, H, W]", description_,
         bytes, shape_.text());
  }
  if (!(range_.low < range_.high) || std::isinf(range_.low) || std::isinf(range_.high)) {
    fail(ErrorKind::kUsage, "a data range must be finite [low, high] with low < high, got [{}, {}]",
         range_.low, range_.high);
  }
  size_ = bytes / values;
  check_labels(labels_, size_, description_);
}

void ImageBytes::gather(std::span<const int64_t> indices, float* out) const {
  const auto values = static_cast<size_t>(shape_.values());
  for (const int64_t index : indices) {
    kernels::bytes_to_floats(bytes(index).data(), out, values, range_.low, range_.high);
    out += values;
  }
}

std::optional<int64_t> ImageBytes::label(int64_t index) const {
  check_index(index, size_, description_);
  return label_of(labels_, index);
}

std::string ImageBytes::sample_name(int64_t index) const {
  check_index(index, size_, description_);
  return names_.empty() ? Dataset::sample_name(index) : names_[static_cast<size_t>(index)];
}

void ImageBytes::set_sample_names(std::vector<std::string> names) {
  if (static_cast<int64_t>(names.size()) != size_) {
    fail(ErrorKind::kData, "{}: {} samples need as many names, got {}", description_, size_,
         names.size());
  }
  names_ = std::move(names);
}

std::span<const uint8_t> ImageBytes::bytes(int64_t index) const {
  check_index(index, size_, description_);
  const auto values = static_cast<size_t>(shape_.values());
  return {pixels_.data() + static_cast<size_t>(index) * values, values};
}

PointSet::PointSet(std::vector<float> points, Labels labels, std::string description)
    : points_(std::move(points)), labels_(std::move(labels)), description_(std::move(description)) {
  if (points_.empty() || points_.size() % 2 != 0) {
    fail(ErrorKind::kData, "{}: {} numbers are not one or more points [N, 2]", description_,
         points_.size());
  }
  check_labels(labels_, size(), description_);
}

void PointSet::gather(std::span<const int64_t> indices, float* out) const {
  for (const int64_t index : indices) {
    check_index(index, size(), description_);
    out = std::copy_n(points_.begin() + 2 * index, 2, out);
  }
}

std::optional<int64_t> PointSet::label(int64_t index) const {
  check_index(index, size(), description_);
  return label_of(labels_, index);
}

}  // namespace belamy
