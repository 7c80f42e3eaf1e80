#include "belamy/data/resized.h"

#include <fmt/format.h>

#include "belamy/core/error.h"
#include "belamy/core/memory.h"
#include "belamy/image/planes.h"
#include "belamy/image/resize.h"

namespace belamy {
namespace {

// Told before anything is taken: a recipe may ask for sides far larger than the images are.
void require_memory(const ImageBytes& images, const SampleShape& shape) {
  const double bytes = static_cast<double>(images.size()) * static_cast<double>(shape.values());
  const auto free = static_cast<double>(available_memory());
  if (bytes <= free) return;
  fail(ErrorKind::kData,
       "{} images resized to {} need {}, {} are available; choose a smaller data.height and "
       "data.width",
       images.size(), shape.text(), gigabytes_text(bytes), gigabytes_text(free));
}

}  // namespace

std::unique_ptr<ImageBytes> resized_images(const ImageBytes& images, int64_t height,
                                           int64_t width) {
  const std::vector<int64_t> dims = images.shape().dims;
  const SampleShape shape{{dims[0], height, width}};
  require_memory(images, shape);
  std::vector<uint8_t> pixels;  // [N, C, H, W]
  pixels.reserve(static_cast<size_t>(images.size() * shape.values()));
  Labels labels{{}, images.classes()};
  std::vector<std::string> names;
  for (int64_t i = 0; i < images.size(); ++i) {
    const Image image = picture_of_planes(images.bytes(i), dims[1], dims[2], dims[0]);
    append_planes(fit_image(image, height, width, FitRule::kStretch), pixels);
    if (const auto label = images.label(i)) labels.values.push_back(*label);
    names.push_back(images.sample_name(i));
  }
  auto resized = std::make_unique<ImageBytes>(
      shape, std::move(pixels), std::move(labels), images.range(),
      fmt::format("{}, resized to {}", images.description(), shape.text()));
  resized->set_sample_names(std::move(names));
  return resized;
}

}  // namespace belamy
