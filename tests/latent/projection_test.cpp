#include "belamy/latent/projection.h"

#include "tests/sampling/latent_samplers.h"
#include "tests/support/errors.h"

namespace belamy {
namespace {

using testing::LinearSampler;

// Well-conditioned and not trivial: an orthogonal matrix times 2.
at::Tensor weight() {
  at::manual_seed(3);
  const at::Tensor random = at::randn({6, 6}, at::kDouble);
  return (2 * std::get<1>(at::linalg_eigh(random + random.t()))).to(at::kFloat);
}

TEST(Projection, finds_the_vector_that_made_a_sample) {
  const LinearSampler sampler(weight(), LatentPrior::kNormal);
  RandomStream random(1, "z"), other(2, "project");
  const at::Tensor z = sampler.draw_latent(3, random);
  const at::Tensor targets = sampler.decode(z);
  const Projection found =
      project(sampler, targets, other, {.steps = 400, .restarts = 4, .candidates = 64});
  EXPECT_TRUE(at::allclose(found.z, z, 1e-3, 1e-3));
  EXPECT_TRUE(at::allclose(found.made, targets, 1e-3, 1e-3));
  EXPECT_LT(found.distance.max().item<double>(), 1e-3);
  EXPECT_GT(found.nearest_random.min().item<double>(), 0.05);
}

TEST(Projection, distances_are_roots_of_mean_squares) {
  // One step at next to no rate leaves each target with its nearest candidate.
  const LinearSampler sampler(weight(), LatentPrior::kNormal);
  RandomStream random(2, "project");
  const at::Tensor targets = at::ones({2, 6});
  const Projection found =
      project(sampler, targets, random,
              {.steps = 1, .restarts = 1, .candidates = 32, .learning_rate = 1e-9});
  const at::Tensor by_hand = (found.made - targets).square().mean(1).sqrt();
  EXPECT_TRUE(at::allclose(found.distance, by_hand));
  EXPECT_TRUE(at::allclose(found.distance, found.nearest_random, 1e-3, 1e-4));
}

TEST(Projection, keeps_within_the_prior_however_far_the_target) {
  const at::Tensor far = at::full({1, 6}, 100.0f);
  RandomStream random(2, "project");
  const ProjectionOptions options{.steps = 60, .restarts = 2, .candidates = 16, .learning_rate = 1};
  const LinearSampler uniform(weight(), LatentPrior::kUniform);
  EXPECT_LE(project(uniform, far, random, options).z.abs().max().item<double>(), 1);
  const LinearSampler normal(weight(), LatentPrior::kNormal);
  EXPECT_LE(project(normal, far, random, options).z.norm().item<double>(), 2 + 2.4495 + 1e-3);
}

TEST(Projection, what_the_generator_cannot_make_is_refused) {
  const LinearSampler sampler(weight(), LatentPrior::kNormal);
  RandomStream random(2, "project");
  testing::expect_error(ErrorKind::kShape, {"makes 6", "is 5"}, [&] {
    project(sampler, at::zeros({1, 5}), random);
  });
  testing::expect_error(ErrorKind::kUsage, {"restarts", "0"}, [&] {
    project(sampler, at::zeros({1, 6}), random, {.restarts = 0});
  });
}

}  // namespace
}  // namespace belamy
