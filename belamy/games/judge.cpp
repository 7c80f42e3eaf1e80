#include "belamy/games/judge.h"

#include <ATen/ATen.h>

#include <algorithm>

#include "belamy/kernels/random.h"

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
  std::vector<at::Tensor> logits, classes, features;
  for (const Judgement& judged : parts) {
    logits.push_back(judged.logits);
    classes.push_back(judged.classes);
    features.push_back(judged.features);
  }
  return {joined(logits), joined(classes), joined(features)};
}

Judgement Judgement::part(int64_t first, int64_t count) const {
  return {belamy::part(logits, first, count), belamy::part(classes, first, count),
          belamy::part(features, first, count)};
}

Judgement Judgement::detached() const {
  return {logits.detach(), classes.defined() ? classes.detach() : classes, {}};
}

Judge::Judge(const Network& discriminator, const AdversarialSetup& setup)
    : discriminator_(discriminator),
      setup_(setup),
      condition_(condition_of(setup.game.condition)),
      random_(setup.seed, "augment"),
      noise_random_(setup.seed, "instance_noise"),
      noise_(setup.game.instance_noise) {}

void Judge::begin_round(int64_t round, int64_t rounds) {
  const bool falls = setup_.game.instance_noise_decay == "linear" && rounds > 0;
  const double left = falls ? 1 - static_cast<double>(round) / static_cast<double>(rounds) : 1;
  noise_ = setup_.game.instance_noise * std::max(left, 0.0);
}

at::Tensor Judge::under_noise(const at::Tensor& samples) {
  at::Tensor noise = at::empty(samples.sizes(), at::kFloat);
  const auto values = static_cast<size_t>(noise.numel());
  kernels::fill_normal(noise.data_ptr<float>(), values, noise_random_.key(),
                       noise_random_.take(kernels::philox_blocks(values)));
  return samples + noise_ * noise;
}

at::Tensor Judge::seen(const at::Tensor& samples) {
  at::Tensor x = setup_.augment.any() ? augmented(samples, setup_.augment, random_) : samples;
  if (noise_ > 0) x = under_noise(x);
  if (setup_.game.packing == 1) return x;
  std::vector<int64_t> packs = packed_shape(setup_);
  packs.insert(packs.begin(), x.size(0) / setup_.game.packing);
  return x.reshape(packs);
}

bool Judge::tells_class() const {
  return condition_ == Condition::kInput || condition_ == Condition::kProjection;
}

Judgement Judge::judge(const Known& given, const ForwardContext& context) {
  std::vector<at::Tensor> inputs = {seen(given.samples)};
  if (tells_class()) inputs.push_back(given.one_hot);
  at::Tensor features;
  const at::Tensor said = discriminator_.logits(
      inputs, context, setup_.game.feature_matching > 0 ? &features : nullptr);
  if (!names_class()) return {said, {}, features};
  return {said.narrow(1, 0, 1), said.narrow(1, 1, setup_.classes), features};
}

Judgements Judge::judge(const Known& real, const Known& fake, const ForwardContext& context) {
  if (setup_.game.discriminator_batches != "one_batch") {
    const Judgement of_real = judge(real, context);
    return {of_real, judge(fake, context)};
  }
  const Known both{joined({real.samples, fake.samples}), joined({real.labels, fake.labels}),
                   joined({real.one_hot, fake.one_hot})};
  const Judgement all = judge(both, context);
  const int64_t reals = real.samples.size(0) / setup_.game.packing;
  const int64_t fakes = fake.samples.size(0) / setup_.game.packing;
  return {all.part(0, reals), all.part(reals, fakes)};
}

at::Tensor Judge::with_class_cost(const at::Tensor& cost, const Judgement& judgement,
                                  const at::Tensor& labels) const {
  if (!names_class()) return cost;
  return cost + setup_.game.class_weight * at::cross_entropy_loss(judgement.classes, labels);
}

}  // namespace belamy
