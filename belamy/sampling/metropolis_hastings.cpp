#include "belamy/sampling/metropolis_hastings.h"

#include <ATen/ATen.h>

#include <cmath>
#include <limits>

#include "belamy/core/error.h"
#include "belamy/core/rng.h"

namespace belamy {
namespace {

class Chains {
 public:
  Chains(const LatentSampler& sampler, int64_t count, RandomStream& random,
         const Calibration* calibration)
      : sampler_(sampler),
        random_(random),
        calibration_(calibration),
        z_(at::zeros({count, sampler.latent_size()}, at::kFloat)),
        raw_(at::zeros({count}, at::kFloat)),
        log_odds_(static_cast<size_t>(count)),
        moved_(static_cast<size_t>(count), false) {}

  void begin_at(size_t chain, double logit) { log_odds_[chain] = log_odds(logit); }

  // Those that have not moved take their next proposal whatever it is.
  int64_t free_unmoved() {
    int64_t unmoved = 0;
    for (size_t i = 0; i < moved_.size(); ++i) {
      if (moved_[i]) continue;
      log_odds_[i] = -std::numeric_limits<double>::infinity();
      ++unmoved;
    }
    return unmoved;
  }

  /// One proposal each; the chains marked in `stays` refuse theirs.
  void step(const std::vector<bool>& stays) {
    const at::Tensor proposed = sampler_.draw_latent(z_.size(0), random_);
    const at::Tensor logits = score_all(sampler_, proposed);
    const std::vector<double> values = to_doubles(logits);
    std::vector<int64_t> offered, taken;
    for (size_t i = 0; i < values.size(); ++i) {
      const double odds = log_odds(values[i]), chance = random_.uniform();
      if (stays[i]) continue;
      offered.push_back(static_cast<int64_t>(i));
      if (std::log(1 - chance) >= odds - log_odds_[i]) continue;
      log_odds_[i] = odds;
      moved_[i] = true;
      taken.push_back(static_cast<int64_t>(i));
    }
    const at::Tensor indices = at::tensor(taken, at::kLong);
    z_.index_copy_(0, indices, proposed.index_select(0, indices));
    raw_.index_copy_(0, indices, logits.index_select(0, indices));
    accepted_ += static_cast<int64_t>(taken.size());
    proposals_.push_back(logits.index_select(0, at::tensor(offered, at::kLong)));
  }

  const std::vector<bool>& moved() const { return moved_; }
  Selection selection() const { return {z_, raw_, at::cat(proposals_), accepted_}; }

 private:
  double log_odds(double logit) const {
    return calibration_ == nullptr ? logit : calibration_->logit(logit);
  }

  const LatentSampler& sampler_;
  RandomStream& random_;
  const Calibration* calibration_;
  at::Tensor z_;    // [count, latent_size]
  at::Tensor raw_;  // [count]
  std::vector<double> log_odds_;
  std::vector<bool> moved_;
  std::vector<at::Tensor> proposals_;
  int64_t accepted_ = 0;
};

}  // namespace

MetropolisHastingsResult draw_by_metropolis_hastings(const LatentSampler& sampler, int64_t count,
                                                     const std::vector<double>& real_logits,
                                                     RandomStream& random,
                                                     const MetropolisHastingsOptions& options) {
  if (options.length < 1 || options.length > 100'000) {
    fail(ErrorKind::kUsage, "a chain has 1..100000 steps, got {}", options.length);
  }
  if (real_logits.empty()) fail(ErrorKind::kData, "chains need real samples to begin at");
  Chains chains(sampler, count, random, options.calibration);
  for (size_t i = 0; i < static_cast<size_t>(count); ++i) {
    chains.begin_at(i, real_logits[random.below(real_logits.size())]);
  }
  const auto run = [&](const std::vector<bool>& stays) {
    for (int64_t k = 0; k < options.length; ++k) {
      chains.step(stays);
      if (options.progress) options.progress(k + 1, options.length);
    }
  };
  run(std::vector<bool>(static_cast<size_t>(count), false));
  MetropolisHastingsResult result;
  const std::vector<bool> moved = chains.moved();
  result.restarted = chains.free_unmoved();
  if (result.restarted > 0) run(moved);
  result.selection = chains.selection();
  return result;
}

}  // namespace belamy
