// Each image and its mirror image: twice the samples where left and right do not matter.
#pragma once

#include <memory>

#include "belamy/data/dataset.h"

namespace belamy {

/// Samples 0..n-1 are the given ones, n..2n-1 the same flipped horizontally, labels and all.
class MirroredImages final : public Dataset {
 public:
  /// Throws kUsage unless the samples are images.
  explicit MirroredImages(std::unique_ptr<Dataset> images);

  int64_t size() const override { return 2 * images_->size(); }
  SampleShape shape() const override { return images_->shape(); }
  std::string description() const override;
  std::string fingerprint() const override;
  void gather(std::span<const int64_t> indices, float* out) const override;
  int64_t classes() const override { return images_->classes(); }
  std::optional<int64_t> label(int64_t index) const override;
  std::string sample_name(int64_t index) const override;
  const Dataset& shown() const override { return images_->shown(); }

 private:
  int64_t original(int64_t index) const;  // throws kData for one outside 0..size()-1

  std::unique_ptr<Dataset> images_;
};

}  // namespace belamy
