#include "belamy/sampling/metropolis_hastings.h"

#include "tests/sampling/latent_samplers.h"
#include "tests/support/errors.h"

namespace belamy {
namespace {

TEST(MetropolisHastings, chains_reach_the_density_of_the_odds) {
  // Generated U(-1, 1), odds e^(2x): what comes out has density 2 e^(2x) / (e^2 - e^-2), whose mean
  // is coth(2) - 1/2 = 0.5373.
  const testing::LinearSampler sampler(at::ones({1, 1}), LatentPrior::kUniform, /*slope=*/2);
  RandomStream random(1, "z");
  const auto result = draw_by_metropolis_hastings(sampler, 4000, {0.0}, random, {.length = 40});
  EXPECT_EQ(result.selection.z.sizes().vec(), (std::vector<int64_t>{4000, 1}));
  EXPECT_NEAR(result.selection.z.mean().item<double>(), 0.5373, 0.02);
  EXPECT_TRUE(at::allclose(result.selection.kept, 2 * result.selection.z.select(1, 0)));
  EXPECT_EQ(result.selection.proposals.size(0), 4000 * 40);
  EXPECT_EQ(result.restarted, 0);
}

TEST(MetropolisHastings, a_discriminator_that_knows_nothing_accepts_everything) {
  const testing::LinearSampler sampler(at::ones({1, 1}), LatentPrior::kNormal, /*slope=*/0);
  RandomStream random(1, "z");
  const auto result = draw_by_metropolis_hastings(sampler, 50, {0.0}, random, {.length = 10});
  EXPECT_DOUBLE_EQ(result.selection.acceptance(), 1);
}

TEST(MetropolisHastings, chains_stuck_at_their_real_sample_begin_again) {
  const testing::LinearSampler sampler(at::ones({1, 1}), LatentPrior::kUniform);
  RandomStream random(1, "z");
  const auto result = draw_by_metropolis_hastings(sampler, 30, {500.0}, random, {.length = 20});
  EXPECT_EQ(result.restarted, 30);
  EXPECT_EQ(result.selection.proposals.size(0), 2 * 30 * 20);
  EXPECT_GT(result.selection.z.abs().min().item<double>(), 0) << "every chain gave a sample";
}

TEST(MetropolisHastings, a_calibration_is_what_odds_are_made_of) {
  // The raw logits know much, the calibration that nothing: everything is accepted.
  const testing::LinearSampler sampler(at::ones({1, 1}), LatentPrior::kUniform, 50);
  std::vector<JudgedSample> coin;
  for (int i = 0; i < 40; ++i) coin.push_back({i % 2 ? 1.0 : -1.0, i % 4 < 2});
  const Calibration calibration = Calibration::fit("isotonic", coin);
  RandomStream random(1, "z");
  const auto result =
      draw_by_metropolis_hastings(sampler, 30, {0.0}, random, {20, &calibration, {}});
  EXPECT_DOUBLE_EQ(result.selection.acceptance(), 1);
}

TEST(MetropolisHastings, needs_real_samples_and_a_length) {
  const testing::LinearSampler sampler(at::ones({1, 1}), LatentPrior::kUniform);
  RandomStream random(1, "z");
  testing::error_of(ErrorKind::kData,
                    [&] { draw_by_metropolis_hastings(sampler, 1, {}, random, {}); });
  testing::error_of(ErrorKind::kUsage,
                    [&] { draw_by_metropolis_hastings(sampler, 1, {0.0}, random, {.length = 0}); });
}

}  // namespace
}  // namespace belamy
