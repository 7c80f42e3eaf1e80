#include "belamy/losses/gradient_penalty.h"

#include <ATen/ATen.h>
#include <torch/autograd.h>

namespace belamy {
namespace {

// [M]: of each pack's inputs together
at::Tensor squared_slopes(const at::Tensor& logits, const at::Tensor& inputs) {
  // Each logit depends on its own pack alone (but for batch statistics), so the sum's gradient is
  // every logit's at once.
  const at::Tensor slopes = torch::autograd::grad({logits.sum()}, {inputs}, /*grad_outputs=*/{},
                                                  /*retain_graph=*/true, /*create_graph=*/true)[0];
  return slopes.reshape({logits.size(0), -1}).square().sum(1);
}

}  // namespace

at::Tensor squared_slope(const at::Tensor& logits, const at::Tensor& inputs) {
  return squared_slopes(logits, inputs).mean();
}

at::Tensor slope_off_one(const at::Tensor& logits, const at::Tensor& inputs) {
  constexpr double kTiny = 1e-12;  // the root's own slope at 0 is not a number
  return ((squared_slopes(logits, inputs) + kTiny).sqrt() - 1).square().mean();
}

at::Tensor between(const at::Tensor& real, const at::Tensor& fake, int64_t pack,
                   RandomStream& random) {
  std::vector<int64_t> sizes(static_cast<size_t>(real.dim()), 1);
  sizes[0] = real.size(0);
  at::Tensor place = at::empty(sizes, at::kFloat);
  auto* places = place.data_ptr<float>();
  for (int64_t i = 0; i < real.size(0); ++i) {
    places[i] = i % pack == 0 ? static_cast<float>(random.uniform()) : places[i - 1];
  }
  const at::Tensor start = real.detach();
  return as_slope_input(start + place.to(start.scalar_type()) * (fake.detach() - start));
}

at::Tensor as_slope_input(const at::Tensor& samples) {
  return samples.detach().set_requires_grad(true);
}

}  // namespace belamy
