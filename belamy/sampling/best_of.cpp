#include "belamy/sampling/best_of.h"

#include <ATen/ATen.h>

#include "belamy/core/error.h"

namespace belamy {
namespace {

constexpr int64_t kMostDraws = 10'000'000;

}  // namespace

Selection draw_best(const LatentSampler& sampler, int64_t count, RandomStream& random,
                    const BestOfOptions& options) {
  if (options.factor < 1 || options.factor > kMostDraws / count) {
    fail(ErrorKind::kUsage, "the best {} of {} times as many is not within 1..{} samples drawn",
         count, options.factor, kMostDraws);
  }
  const at::Tensor z = draw_latent(sampler, options.factor * count, random, options.truncation);
  Selection chosen;
  chosen.proposals = score_all(sampler, z, options.progress);
  const at::Tensor order = chosen.proposals.argsort(/*dim=*/0, /*descending=*/true);
  const at::Tensor best = order.narrow(0, 0, count);
  chosen.z = z.index_select(0, best);
  chosen.kept = chosen.proposals.index_select(0, best);
  chosen.accepted = count;
  return chosen;
}

}  // namespace belamy
