#include "belamy/sampling/held_out.h"

#include <ATen/ATen.h>

#include <algorithm>
#include <numeric>
#include <vector>

#include "belamy/data/catalog.h"

namespace belamy {
namespace {

bool has_test_split(const std::string& name) {
  const auto& known = catalog();
  return std::any_of(known.begin(), known.end(), [&](const CatalogEntry& entry) {
    return entry.name == name && entry.test_count > 0;
  });
}

}  // namespace

RealSamples open_held_out(const DataOptions& trained_on) {
  DataOptions other = trained_on;
  const bool is_held_out = has_test_split(trained_on.name);
  if (is_held_out) other.split = trained_on.split == "train" ? "test" : "train";
  return {open_dataset(other), is_held_out};
}

at::Tensor first_samples(const Dataset& dataset, int64_t count) {
  std::vector<int64_t> indices(static_cast<size_t>(std::min(count, dataset.size())));
  std::iota(indices.begin(), indices.end(), 0);
  std::vector<int64_t> shape = dataset.shape().dims;
  shape.insert(shape.begin(), static_cast<int64_t>(indices.size()));
  at::Tensor samples = at::empty(shape, at::kFloat);
  dataset.gather(indices, samples.data_ptr<float>());
  return samples;
}

}  // namespace belamy
