// What an extractor stands on: a classifier, a TorchScript module, random features.
#pragma once

#include <string>

#include "belamy/metrics/extractor.h"

namespace belamy {

class FeatureModel {
 public:
  virtual ~FeatureModel() = default;

  /// images: [n, C, H, W] float32 in -1..1 of input_shape(), n small.
  virtual Extractor::Features run(const at::Tensor& images) const = 0;

  virtual const std::string& name() const = 0;
  virtual const std::string& hash() const = 0;
  virtual const Shape& input_shape() const = 0;  // [C, H, W]
  virtual int64_t classes() const = 0;           // 0: none
};

}  // namespace belamy
