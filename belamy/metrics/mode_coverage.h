// How many modes of known data a generator found, and how evenly.
//
// The protocol of Lin et al., "PacGAN" (2018), section 4, after Srivastava et al., "VEEGAN" (2017):
// 2,500 points of a mixture of Gaussians, or 26,000 images of Stacked MNIST.
#pragma once

#include <ATen/core/Tensor.h>

#include <cstdint>
#include <optional>
#include <vector>

#include "belamy/data/synthetic.h"
#include "belamy/metrics/extractor.h"

namespace belamy {

struct ModeCoverage {
  int64_t modes = 0;                   // found
  std::optional<double> high_quality;  // share of the samples; nothing for classes
  double kl = 0;                       // KL(generated || data) of the modes' shares, in nats
};

/// points: [N, 2]. A point is of high quality within 3 standard deviations of the centre nearest to
/// it, and a mode is found when it has such a point; the shares are of all points by their nearest
/// centre, the data's are equal. Points that are not finite are far from all and in no share.
/// Throws kShape for other shapes, kUsage for none, kData when none is finite.
ModeCoverage mixture_coverage(const at::Tensor& points, const GaussianMixture& mixture);

/// classes: [N] int64 in 0..data.size()-1; `data` counts each class in the data. A mode is found
/// when it has a sample. Throws likewise.
ModeCoverage class_coverage(const at::Tensor& classes, const std::vector<double>& data);

/// images: [N, 3, H, W] float32 in -1..1 -> [N] int64: what the extractor of single channels sees
/// in the three, read as one number (data/stacked.h). Throws kUsage for one without classes.
at::Tensor stacked_classes(const at::Tensor& images, const Extractor& extractor);

}  // namespace belamy
