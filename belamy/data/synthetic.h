// Mixtures of Gaussians in the plane whose modes are known, so that collapse can be counted.
//
// Protocol: Lin et al., "PacGAN: The power of two samples in generative adversarial networks"
// (NeurIPS 2018), section 4.1, after Srivastava et al., "VEEGAN" (NeurIPS 2017). A generated point
// is of high quality within 3 standard deviations of a mode's centre, and a mode is found when it
// has such a point.
#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "belamy/data/dataset.h"

namespace belamy {

struct GaussianMixture {
  std::string name;
  std::string title;
  std::vector<std::array<float, 2>> centres;
  float deviation = 0;  // of each mode, in each dimension
  float extent = 0;     // everything lies within -extent..extent: the range to plot
};

/// "ring": 8 modes on the unit circle, deviation 0.01.
/// "grid": 25 modes at -4, -2, 0, 2, 4 squared, deviation 0.05.
/// Throws kUsage for any other name.
const GaussianMixture& gaussian_mixture(std::string_view name);

/// `count` points, each of a mode drawn uniformly, labelled by that mode. The same for the same
/// seed, everywhere. Throws kUsage for a count outside 1..100,000,000.
std::unique_ptr<PointSet> sample_mixture(const GaussianMixture& mixture, int64_t count,
                                         uint64_t seed);

}  // namespace belamy
