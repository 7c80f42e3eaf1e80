#include "belamy/games/judge.h"

#include <ATen/ATen.h>

namespace belamy {

at::Tensor joined(const std::vector<at::Tensor>& parts) {
  return parts.size() == 1 || !parts.front().defined() ? parts.front() : at::cat(parts);
}

at::Tensor part(const at::Tensor& of, int64_t first, int64_t count) {
  return of.defined() ? of.narrow(0, first, count) : of;
}

std::vector<Known> batches_of(const Known& all, int64_t size) {
  std::vector<Known> parts;
  for (int64_t first = 0; first < all.samples.size(0); first += size) {
    parts.push_back({part(all.samples, first, size), part(all.labels, first, size),
                     part(all.one_hot, first, size)});
  }
  return parts;
}

Judgement joined(const std::vector<Judgement>& parts) {
  std::vector<at::Tensor> logits, classes;
  for (const Judgement& judged : parts) {
    logits.push_back(judged.logits);
    classes.push_back(judged.classes);
  }
  return {joined(logits), joined(classes)};
}

Judgement Judgement::detached() const {
  return {logits.detach(), classes.defined() ? classes.detach() : classes};
}

Judge::Judge(const Network& discriminator, const AdversarialSetup& setup)
    : discriminator_(discriminator),
      setup_(setup),
      condition_(condition_of(setup.game.condition)),
      random_(setup.seed, "augment") {}

bool Judge::tells_class() const {
  return condition_ == Condition::kInput || condition_ == Condition::kProjection;
}

Judgement Judge::judge(const Known& given, const ForwardContext& context) {
  const at::Tensor seen =
      setup_.augment.any() ? augmented(given.samples, setup_.augment, random_) : given.samples;
  const at::Tensor said = tells_class() ? discriminator_.logits({seen, given.one_hot}, context)
                                        : discriminator_.logits(seen, context);
  if (!names_class()) return {said, {}};
  return {said.narrow(1, 0, 1), said.narrow(1, 1, setup_.classes)};
}

Judgements Judge::judge(const Known& real, const Known& fake, const ForwardContext& context) {
  if (setup_.game.discriminator_batches != "one_batch") {
    const Judgement of_real = judge(real, context);
    return {of_real, judge(fake, context)};
  }
  const Known both{joined({real.samples, fake.samples}), joined({real.labels, fake.labels}),
                   joined({real.one_hot, fake.one_hot})};
  const Judgement all = judge(both, context);
  const int64_t reals = real.samples.size(0), fakes = fake.samples.size(0);
  return {{part(all.logits, 0, reals), part(all.classes, 0, reals)},
          {part(all.logits, reals, fakes), part(all.classes, reals, fakes)}};
}

at::Tensor Judge::with_class_cost(const at::Tensor& cost, const Judgement& judgement,
                                  const at::Tensor& labels) const {
  if (!names_class()) return cost;
  return cost + setup_.game.class_weight * at::cross_entropy_loss(judgement.classes, labels);
}

}  // namespace belamy
