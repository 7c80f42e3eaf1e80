#include "belamy/nn/layer.h"

namespace belamy {

at::Tensor to_compute(const at::Tensor& x, Precision precision) {
  return x.to(precision == Precision::kBf16 ? at::kBFloat16 : at::kFloat);
}

}  // namespace belamy
