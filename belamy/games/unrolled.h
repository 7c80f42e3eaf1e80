// The generator's cost against the discriminator as it will be: after some steps of its own, whose
// dependence on the generator counts. Metz, Poole, Pfau and Sohl-Dickstein, "Unrolled generative
// adversarial networks" (2017), section 2.
#pragma once

#include <ATen/core/Tensor.h>

#include <functional>
#include <vector>

#include "belamy/core/rng.h"
#include "belamy/nn/network.h"

namespace belamy {

/// A cost of fakes [N, sample...] by the discriminator as it is at the call, with its graph.
using CostOfFakes = std::function<at::Tensor(const at::Tensor& fake)>;

struct Unrolling {
  int64_t steps = 1;
  double rate = 0.1;  // of the plain gradient steps θ' = θ - rate ∇ C_D(θ, fakes)
  CostOfFakes discriminator_cost;
  CostOfFakes generator_cost;
  std::vector<RandomStream*> streams;  // that the costs draw from
};

/// A scalar: the generator's cost after the steps, whose gradient with respect to `fake` is the
/// whole one, through the steps too. The discriminator is left as it was, trainable.
/// The chain rule is run backwards over the steps by hand: each is computed again from the weights
/// it started from, so memory is one graph and a copy of the weights a step.
at::Tensor unrolled_cost(Network& discriminator, const at::Tensor& fake,
                         const Unrolling& unrolling);

}  // namespace belamy
