// Two collections of images to translate between, A and B: unpaired, each in an order of its own.
#pragma once

#include <memory>

#include "belamy/data/dataset.h"

namespace belamy {

/// Looks like A; B is its partner().
class TwoSides final : public Dataset {
 public:
  /// `held_out`, if given, is what pictures show. Throws kData when the sides' shapes differ.
  TwoSides(std::unique_ptr<Dataset> a, std::unique_ptr<Dataset> b,
           std::unique_ptr<TwoSides> held_out = nullptr);

  int64_t size() const override { return a_->size(); }
  SampleShape shape() const override { return a_->shape(); }
  std::string description() const override;
  std::string fingerprint() const override;
  void gather(std::span<const int64_t> indices, float* out) const override {
    a_->gather(indices, out);
  }
  int64_t classes() const override { return a_->classes(); }
  std::optional<int64_t> label(int64_t index) const override { return a_->label(index); }
  std::string sample_name(int64_t index) const override { return a_->sample_name(index); }
  const Dataset* partner() const override { return b_.get(); }
  const Dataset& shown() const override;

 private:
  std::unique_ptr<Dataset> a_, b_;
  std::unique_ptr<TwoSides> held_out_;
};

/// Whether sample i of one is the counterpart of sample i of the other: as many, of equal names.
bool are_matched(const Dataset& a, const Dataset& b);

}  // namespace belamy
