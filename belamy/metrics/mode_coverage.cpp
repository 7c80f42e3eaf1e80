#include "belamy/metrics/mode_coverage.h"

#include <ATen/ATen.h>

#include <algorithm>
#include <cmath>

#include "belamy/core/error.h"
#include "belamy/metrics/class_histogram.h"

namespace belamy {
namespace {

constexpr double kHighQuality = 3;  // standard deviations

void require_samples(bool fits, const char* wanted, const at::Tensor& got) {
  if (!fits) {
    fail(ErrorKind::kShape, "mode coverage is of {}, got {}", wanted,
         shape_text(got.sizes().vec()));
  }
  if (got.size(0) == 0) fail(ErrorKind::kUsage, "mode coverage needs samples, got none");
}

struct Nearest {
  size_t mode = 0;
  double distance = INFINITY;
};

Nearest nearest_mode(double x, double y, const GaussianMixture& mixture) {
  Nearest nearest;
  for (size_t i = 0; i < mixture.centres.size(); ++i) {
    const double distance = std::hypot(x - static_cast<double>(mixture.centres[i][0]),
                                       y - static_cast<double>(mixture.centres[i][1]));
    if (distance < nearest.distance) nearest = {i, distance};
  }
  return nearest;
}

}  // namespace

ModeCoverage mixture_coverage(const at::Tensor& points, const GaussianMixture& mixture) {
  require_samples(points.dim() == 2 && points.size(1) == 2, "points [N, 2]", points);
  const at::Tensor dense = points.to(at::kDouble).contiguous();
  const auto* values = dense.data_ptr<double>();
  std::vector<double> all(mixture.centres.size()), good(mixture.centres.size());
  for (int64_t i = 0; i < dense.size(0); ++i) {
    const Nearest nearest = nearest_mode(values[2 * i], values[2 * i + 1], mixture);
    if (!std::isfinite(nearest.distance)) continue;
    ++all[nearest.mode];
    const double reach = kHighQuality * static_cast<double>(mixture.deviation);
    if (nearest.distance <= reach) ++good[nearest.mode];
  }
  if (std::ranges::all_of(all, [](double count) { return count == 0; })) {
    fail(ErrorKind::kData, "none of {} points is finite; the training has diverged", dense.size(0));
  }
  ModeCoverage coverage;
  coverage.modes = std::ranges::count_if(good, [](double count) { return count > 0; });
  double of_high_quality = 0;
  for (const double count : good) of_high_quality += count;
  coverage.high_quality = of_high_quality / static_cast<double>(dense.size(0));
  coverage.kl = class_histogram_kl(all, std::vector<double>(all.size(), 1.0));
  return coverage;
}

ModeCoverage class_coverage(const at::Tensor& classes, const std::vector<double>& data) {
  require_samples(classes.dim() == 1 && classes.scalar_type() == at::kLong, "classes [N] int64",
                  classes);
  const at::Tensor dense = classes.contiguous();
  std::vector<double> counts(data.size());
  for (int64_t i = 0; i < dense.size(0); ++i) {
    const int64_t label = dense.data_ptr<int64_t>()[i];
    if (label < 0 || label >= static_cast<int64_t>(data.size())) {
      fail(ErrorKind::kShape, "a class must be 0..{}, got {}", data.size() - 1, label);
    }
    ++counts[static_cast<size_t>(label)];
  }
  ModeCoverage coverage;
  coverage.modes = std::ranges::count_if(counts, [](double count) { return count > 0; });
  coverage.kl = class_histogram_kl(counts, data);
  return coverage;
}

at::Tensor stacked_classes(const at::Tensor& images, const Extractor& extractor) {
  require_samples(images.dim() == 4 && images.size(1) == 3, "images [N, 3, H, W]", images);
  if (extractor.classes() == 0) {
    fail(ErrorKind::kUsage, "{} knows no classes; stacked digits need a classifier",
         extractor.name());
  }
  const at::NoGradGuard no_grad;
  const at::Tensor planes =
      images.contiguous().view({3 * images.size(0), 1, images.size(2), images.size(3)});
  const at::Tensor digits = extractor(planes).logits.argmax(1).view({-1, 3});
  const int64_t base = extractor.classes();
  return digits.select(1, 0) * (base * base) + digits.select(1, 1) * base + digits.select(1, 2);
}

}  // namespace belamy
