#include "belamy/train/batches.h"

#include <ATen/ATen.h>

#include "belamy/core/profile.h"

namespace belamy {

namespace {

const std::string kData = "data";

at::Tensor empty_samples(int64_t count, const Shape& sample) {
  std::vector<int64_t> shape = {count};
  shape.insert(shape.end(), sample.begin(), sample.end());
  return at::empty(shape, at::kFloat);
}

}  // namespace

Batch next_batches(Loader& loader, int64_t batches, const Shape& sample) {
  const ProfileScope scope(kData, "batch");
  const int64_t count = batches * loader.batch_size();
  const Dataset& dataset = loader.dataset();
  Batch batch;
  batch.samples = empty_samples(count, sample);
  if (dataset.classes() > 0) batch.labels = at::empty({count}, at::kLong);
  if (loader.partner() != nullptr) batch.partners = empty_samples(count, sample);
  for (int64_t i = 0; i < batches; ++i) {
    const int64_t first = i * loader.batch_size();
    const auto indices = loader.next(batch.samples[first].data_ptr<float>());
    for (size_t j = 0; batch.labels.defined() && j < indices.size(); ++j) {
      batch.labels.data_ptr<int64_t>()[first + static_cast<int64_t>(j)] =
          dataset.label(indices[j]).value();
    }
    if (loader.partner() != nullptr)
      loader.partner()->next(batch.partners[first].data_ptr<float>());
  }
  return batch;
}

}  // namespace belamy
