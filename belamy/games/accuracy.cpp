#include "belamy/games/accuracy.h"

#include <ATen/ATen.h>

#include <algorithm>
#include <span>

namespace belamy {
namespace {

template <class Predicate>
double share(const at::Tensor& logits, const Predicate& is_counted) {
  const at::Tensor dense = logits.contiguous();
  const std::span values(dense.data_ptr<float>(), static_cast<size_t>(dense.numel()));
  return static_cast<double>(std::ranges::count_if(values, is_counted)) /
         static_cast<double>(values.size());
}

}  // namespace

double share_above(const at::Tensor& logits, double threshold) {
  return share(logits, [&](float logit) { return logit > threshold; });
}

double share_up_to(const at::Tensor& logits, double threshold) {
  return share(logits, [&](float logit) { return logit <= threshold; });
}

}  // namespace belamy
