// Real samples to hold against generated ones.
#pragma once

#include <ATen/core/Tensor.h>

#include <memory>

#include "belamy/data/data_options.h"

namespace belamy {

struct RealSamples {
  std::unique_ptr<Dataset> dataset;
  bool is_held_out = false;  // not what the run was trained on
};

/// The other split of a data set that has two, else what the run was trained on. Throws as
/// open_dataset.
RealSamples open_held_out(const DataOptions& trained_on);

/// The first samples, at most `count`: [N, sample...] float32 in the data set's range.
at::Tensor first_samples(const Dataset& dataset, int64_t count);

}  // namespace belamy
