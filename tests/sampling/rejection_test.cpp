#include "belamy/sampling/rejection.h"

#include <cmath>

#include "tests/sampling/latent_samplers.h"
#include "tests/support/errors.h"

namespace belamy {
namespace {

TEST(Rejection, log_odds_are_the_papers) {
  // l = 1, m = 3: -2 - log(1 - e^-2) = -1.854587.
  EXPECT_NEAR(rejection_log_odds(1, 3, 0), -1.854587, 1e-6);
  EXPECT_NEAR(rejection_log_odds(1, 3, 0.5), -2.354587, 1e-6);
  EXPECT_GT(rejection_log_odds(3, 3, 0), 18) << "the best sample is accepted";
}

TEST(Rejection, gives_as_many_as_asked_for_with_their_logits) {
  const testing::LinearSampler sampler(at::ones({1, 1}), LatentPrior::kUniform);
  RandomStream random(1, "z");
  const Selection chosen = draw_by_rejection(sampler, 300, random, {});
  EXPECT_EQ(chosen.z.sizes().vec(), (std::vector<int64_t>{300, 1}));
  EXPECT_EQ(chosen.accepted, 300);
  EXPECT_GT(chosen.proposals.size(0), 300);
  EXPECT_TRUE(at::equal(chosen.kept, chosen.z.select(1, 0)));
}

TEST(Rejection, a_larger_percentile_accepts_fewer_and_better) {
  const testing::LinearSampler sampler(at::ones({1, 1}), LatentPrior::kNormal);
  double acceptance = 1, mean = 0;
  for (const double percentile : {0.2, 0.8, 0.95}) {
    RandomStream random(1, "z");
    RejectionOptions options;
    options.gamma_percentile = percentile;
    const Selection chosen = draw_by_rejection(sampler, 1000, random, options);
    EXPECT_LT(chosen.acceptance(), acceptance);
    EXPECT_GT(chosen.kept.mean().item<double>(), mean);
    acceptance = chosen.acceptance();
    mean = chosen.kept.mean().item<double>();
  }
}

TEST(Rejection, with_gamma_zero_follows_the_density_ratio) {
  // Calibrated odds e^x of U(-1, 1): the exact acceptance is e^(x - 1) (Azadi et al., section 3.1),
  // its share (1 - e^-2) / 2 = 0.4323, and what passes has mean coth(1) - 1 = 0.3130.
  const testing::LinearSampler sampler(at::ones({1, 1}), LatentPrior::kUniform);
  RandomStream random(7, "z");
  int64_t accepted = 0;
  double sum = 0;
  const at::Tensor z = sampler.draw_latent(20'000, random);
  for (int64_t i = 0; i < z.size(0); ++i) {
    const double x = z[i][0].item<double>();
    const double odds = rejection_log_odds(x, 1, 0);
    if (random.uniform() >= 1 / (1 + std::exp(-odds))) continue;
    ++accepted;
    sum += x;
  }
  EXPECT_NEAR(static_cast<double>(accepted) / 20'000, 0.4323, 0.012);
  EXPECT_NEAR(sum / static_cast<double>(accepted), 0.3130, 0.02);
}

TEST(Rejection, equal_streams_choose_equal_samples) {
  const testing::LinearSampler sampler(at::ones({1, 1}), LatentPrior::kNormal);
  RandomStream a(3, "z"), b(3, "z");
  EXPECT_TRUE(
      at::equal(draw_by_rejection(sampler, 50, a, {}).z, draw_by_rejection(sampler, 50, b, {}).z));
}

TEST(Rejection, a_percentile_out_of_range_is_refused) {
  const testing::LinearSampler sampler(at::ones({1, 1}), LatentPrior::kNormal);
  RandomStream random(3, "z");
  RejectionOptions options;
  options.gamma_percentile = 1.5;
  testing::error_of(ErrorKind::kUsage, [&] { draw_by_rejection(sampler, 5, random, options); });
}

}  // namespace
}  // namespace belamy
