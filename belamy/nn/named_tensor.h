// Tensors under names: what checkpoints are made of.
#pragma once

#include <ATen/core/Tensor.h>

#include <string>
#include <vector>

namespace belamy {

/// float32 unless said otherwise.
struct NamedTensor {
  std::string name;
  at::Tensor tensor;
};

/// Copies each of `given` into the tensor of the same name in `own`. Throws kCheckpoint naming
/// `source`, `owner` and the first tensor that is missing, superfluous or of another shape; then
/// nothing has been copied.
void copy_tensors(const std::vector<NamedTensor>& given, const std::vector<NamedTensor>& own,
                  const std::string& source, const std::string& owner);

}  // namespace belamy
