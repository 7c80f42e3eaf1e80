#include "belamy/sampling/best_of.h"

#include "tests/sampling/latent_samplers.h"
#include "tests/support/errors.h"

namespace belamy {
namespace {

const testing::LinearSampler kSampler(at::eye(4, at::kFloat), LatentPrior::kNormal);

TEST(BestOf, keeps_those_the_discriminator_ranks_highest) {
  RandomStream random(1, "z"), again(1, "z");
  const Selection chosen = draw_best(kSampler, 10, random, {.factor = 20});
  std::vector<float> all;  // logits are the first numbers of z
  const at::Tensor drawn = kSampler.draw_latent(200, again);
  for (int64_t i = 0; i < 200; ++i) all.push_back(drawn[i][0].item<float>());
  std::sort(all.rbegin(), all.rend());
  for (int64_t i = 0; i < 10; ++i) {
    EXPECT_EQ(chosen.kept[i].item<float>(), all[static_cast<size_t>(i)]);
    EXPECT_EQ(chosen.z[i][0].item<float>(), all[static_cast<size_t>(i)]);
  }
  EXPECT_EQ(chosen.proposals.size(0), 200);
  EXPECT_DOUBLE_EQ(chosen.acceptance(), 0.05);
}

TEST(BestOf, absurd_numbers_of_draws_are_refused) {
  RandomStream random(1, "z");
  testing::error_of(ErrorKind::kUsage,
                    [&] { draw_best(kSampler, 1000, random, {.factor = 10'001}); });
}

}  // namespace
}  // namespace belamy
