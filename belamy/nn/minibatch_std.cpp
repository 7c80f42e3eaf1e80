#include "belamy/nn/minibatch_std.h"

#include <ATen/ATen.h>

#include <algorithm>

namespace belamy {

Shape MinibatchStd::output_shape(const Shape& input) const {
  Shape output = input;
  ++output.at(0);
  return output;
}

at::Tensor MinibatchStd::forward(const at::Tensor& x, const ForwardContext&) const {
  constexpr double kEpsilon = 1e-8;
  const at::Tensor wide = x.to(at::kFloat);
  const int64_t count = wide.size(0);
  int64_t group = options_.group_size == 0 ? count : std::min(options_.group_size, count);
  while (count % group != 0) --group;
  const at::Tensor groups = wide.reshape({count / group, group, -1});
  const at::Tensor variance = (groups - groups.mean({1}, /*keepdim=*/true)).square().mean({1});
  const at::Tensor deviation = (variance + kEpsilon).sqrt().mean({1});  // [groups]
  std::vector<int64_t> plane = wide.sizes().vec();
  std::vector<int64_t> one_each(plane.size(), 1);
  plane[1] = 1;
  one_each[0] = count;
  const at::Tensor of_each = deviation.unsqueeze(1).expand({-1, group}).reshape(one_each);
  return at::cat({wide, of_each.expand(plane)}, 1);
}

}  // namespace belamy
