// What an adversarial game's generator minimises.
#pragma once

#include "belamy/games/judge.h"

namespace belamy {

struct GeneratorCost {
  at::Tensor whole;        // with feature matching and the classes' cost
  at::Tensor adversarial;  // alone, as it is logged
};

/// Of fakes whose graph leads to the generator, judged in `context`. `real`, as many, is looked at
/// where the loss is relativistic or features are matched.
GeneratorCost judged_cost(Judge& judge, const AdversarialSetup& setup, const Known& real,
                          const Known& fake, const ForwardContext& context);

/// |E f(x) - E f(G(z))|². Salimans et al., "Improved techniques for training GANs" (2016), section
/// 3.1. Both [N, F]; gradients of any order.
at::Tensor feature_distance(const at::Tensor& real, const at::Tensor& fake);

}  // namespace belamy
