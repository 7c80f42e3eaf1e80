#include "belamy/games/unrolled.h"

#include <ATen/ATen.h>
#include <torch/autograd.h>

namespace belamy {
namespace {

using Tensors = std::vector<at::Tensor>;

/// The discriminator's weights, moved along its gradient and back.
class Path {
 public:
  Path(const Network& discriminator, const Unrolling& unrolling)
      : weights_(discriminator.parameter_tensors()), unrolling_(unrolling) {
    remember();
  }

  /// One step with these fakes.
  void advance(const at::Tensor& fake) {
    const Tensors slopes = torch::autograd::grad({unrolling_.discriminator_cost(fake)}, weights_);
    {
      const at::NoGradGuard no_grad;
      for (size_t i = 0; i < weights_.size(); ++i) {
        at::Tensor weight = weights_[i];
        weight.sub_(slopes[i], unrolling_.rate);
      }
    }
    remember();
  }

  /// Goes back to where step `step` began, random streams too.
  void return_to(size_t step) {
    const at::NoGradGuard no_grad;
    for (size_t i = 0; i < weights_.size(); ++i) {
      at::Tensor weight = weights_[i];
      weight.copy_(points_[step].weights[i]);
    }
    for (size_t i = 0; i < unrolling_.streams.size(); ++i) {
      unrolling_.streams[i]->seek(points_[step].positions[i]);
    }
  }

  const Tensors& weights() const { return weights_; }

 private:
  struct Point {
    Tensors weights;
    std::vector<uint64_t> positions;
  };

  void remember() {
    Point point;
    for (const at::Tensor& weight : weights_) point.weights.push_back(weight.detach().clone());
    for (const RandomStream* stream : unrolling_.streams) {
      point.positions.push_back(stream->position());
    }
    points_.push_back(std::move(point));
  }

  Tensors weights_;
  const Unrolling& unrolling_;
  std::vector<Point> points_;  // before each step, and after the last
};

Tensors with(const Tensors& weights, const at::Tensor& fake) {
  Tensors all = weights;
  all.push_back(fake);
  return all;
}

at::Tensor inner_product(const Tensors& a, const Tensors& b) {
  at::Tensor sum = at::zeros({}, a.front().options().requires_grad(false));
  for (size_t i = 0; i < a.size(); ++i) sum = sum + (a[i] * b[i]).sum();
  return sum;
}

/// d cost / d weights and, last, d cost / d fake. Zeros where it does not depend on them.
Tensors slopes(const at::Tensor& cost, const Tensors& of) {
  Tensors found = torch::autograd::grad({cost}, of, {}, c10::nullopt, false, /*allow_unused=*/true);
  for (size_t i = 0; i < of.size(); ++i) {
    if (!found[i].defined()) found[i] = at::zeros_like(of[i]);
  }
  return found;
}

}  // namespace

at::Tensor unrolled_cost(Network& discriminator, const at::Tensor& fake,
                         const Unrolling& unrolling) {
  discriminator.set_trainable(true);
  const at::Tensor leaf = fake.detach().requires_grad_(true);
  Path path(discriminator, unrolling);
  for (int64_t i = 0; i < unrolling.steps; ++i) path.advance(leaf.detach());

  const at::Tensor cost = unrolling.generator_cost(leaf);
  std::vector<uint64_t> ends;
  for (const RandomStream* stream : unrolling.streams) ends.push_back(stream->position());
  Tensors back = slopes(cost, with(path.weights(), leaf));
  at::Tensor of_fake = back.back();
  back.pop_back();  // d cost / d weights after the step that comes next in the loop
  for (auto step = static_cast<size_t>(unrolling.steps); step-- > 0;) {
    path.return_to(step);
    const Tensors taken =
        torch::autograd::grad({unrolling.discriminator_cost(leaf)}, path.weights(), {},
                              /*retain_graph=*/true, /*create_graph=*/true);
    const Tensors bend = slopes(inner_product(taken, back), with(path.weights(), leaf));
    of_fake = of_fake - unrolling.rate * bend.back();
    for (size_t i = 0; i < back.size(); ++i) back[i] = back[i] - unrolling.rate * bend[i];
  }
  path.return_to(0);
  for (size_t i = 0; i < ends.size(); ++i) unrolling.streams[i]->seek(ends[i]);
  return cost.detach() + ((fake - fake.detach()) * of_fake.detach()).sum();
}

}  // namespace belamy
