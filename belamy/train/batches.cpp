#include "belamy/train/batches.h"

#include <ATen/ATen.h>

namespace belamy {

at::Tensor next_batches(Loader& loader, int64_t batches, const Shape& sample) {
  std::vector<int64_t> shape = {batches * loader.batch_size()};
  shape.insert(shape.end(), sample.begin(), sample.end());
  at::Tensor real = at::empty(shape, at::kFloat);
  const int64_t stride = real.numel() / batches;
  for (int64_t i = 0; i < batches; ++i) loader.next(real.data_ptr<float>() + i * stride);
  return real;
}

}  // namespace belamy
