// Stacked MNIST: three random digits as the channels of one image, a thousand modes to find.
//
// Metz et al., "Unrolled generative adversarial networks" (2017), section 3.3.1; Srivastava et al.,
// "VEEGAN" (2017), section 5.2; Lin et al., "PacGAN" (2018), section 4.2.
#pragma once

#include <array>
#include <memory>
#include <vector>

#include "belamy/data/dataset.h"

namespace belamy {

/// Grey images in threes, by number: only the numbers are kept. The label is the digits read as one
/// number, the first channel's in front: 0..classes³-1.
class StackedImages final : public Dataset {
 public:
  /// `count` samples, each of three images drawn uniformly; the same for the same seed. Throws
  /// kUsage unless `images` are labelled and of one channel.
  StackedImages(std::unique_ptr<Dataset> images, int64_t count, uint64_t seed);

  int64_t size() const override { return static_cast<int64_t>(stacks_.size()); }
  SampleShape shape() const override;
  std::string description() const override;
  std::string fingerprint() const override;
  void gather(std::span<const int64_t> indices, float* out) const override;
  int64_t classes() const override;
  std::optional<int64_t> label(int64_t index) const override;

 private:
  using Stack = std::array<int64_t, 3>;  // numbers of images
  const Stack& stack(int64_t index) const;

  std::unique_ptr<Dataset> images_;
  std::vector<Stack> stacks_;
  uint64_t seed_;
};

}  // namespace belamy
