#include "belamy/games/generator_cost.h"

#include <ATen/ATen.h>

namespace belamy {

at::Tensor feature_distance(const at::Tensor& real, const at::Tensor& fake) {
  return (real.mean(0) - fake.mean(0)).square().sum();
}

GeneratorCost judged_cost(Judge& judge, const AdversarialSetup& setup, const Known& real,
                          const Known& fake, const ForwardContext& context) {
  const double matching = setup.game.feature_matching;
  Judgement of_real;
  if (setup.loss.relativistic || matching > 0) {
    const at::NoGradGuard no_grad;  // real samples do not change with the generator
    of_real = judge.judge(real, context);
  }
  const Judgement of_fake = judge.judge(fake, context);
  const at::Tensor adversarial = generator_cost(of_fake.logits, setup.loss, of_real.logits);
  at::Tensor whole = judge.with_class_cost(adversarial, of_fake, fake.labels);
  if (matching > 0) {
    whole = whole + matching * feature_distance(of_real.features, of_fake.features);
  }
  return {whole, adversarial};
}

}  // namespace belamy
