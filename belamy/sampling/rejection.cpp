#include "belamy/sampling/rejection.h"

#include <ATen/ATen.h>

#include <algorithm>
#include <cmath>
#include <vector>

#include "belamy/core/error.h"
#include "belamy/core/rng.h"

namespace belamy {
namespace {

constexpr int64_t kFirst = 4096;
constexpr int64_t kBatch = 256;
constexpr int64_t kMostTries = 10'000;  // proposals for one sample
constexpr double kEpsilon = 1e-8;

std::vector<double> ratios(const at::Tensor& logits, const Calibration* calibration) {
  std::vector<double> out = to_doubles(logits);
  if (calibration == nullptr) return out;
  for (double& logit : out) logit = calibration->logit(logit);
  return out;
}

double percentile(std::vector<double> values, double share) {
  const auto at = static_cast<size_t>(share * static_cast<double>(values.size() - 1));
  std::nth_element(values.begin(), values.begin() + static_cast<std::ptrdiff_t>(at), values.end());
  return values[at];
}

struct Threshold {
  double largest = 0;
  double gamma = 0;
};

Threshold estimate(const LatentSampler& sampler, RandomStream& random,
                   const RejectionOptions& options) {
  const at::Tensor first = score_all(sampler, sampler.draw_latent(kFirst, random));
  std::vector<double> logits = ratios(first, options.calibration);
  Threshold threshold;
  threshold.largest = *std::max_element(logits.begin(), logits.end());
  for (double& logit : logits) logit = rejection_log_odds(logit, threshold.largest, 0);
  threshold.gamma = percentile(std::move(logits), options.gamma_percentile);
  return threshold;
}

}  // namespace

double rejection_log_odds(double logit, double largest, double gamma) {
  const double below = logit - largest;
  return below - std::log(-std::expm1(below - kEpsilon)) - gamma;
}

Selection draw_by_rejection(const LatentSampler& sampler, int64_t count, RandomStream& random,
                            const RejectionOptions& options) {
  if (!(options.gamma_percentile >= 0 && options.gamma_percentile <= 1)) {
    fail(ErrorKind::kUsage, "the percentile of gamma must be 0..1, got {}",
         options.gamma_percentile);
  }
  Threshold threshold = estimate(sampler, random, options);
  std::vector<at::Tensor> kept_z, kept, proposals;
  int64_t accepted = 0, tried = 0;
  while (accepted < count) {
    if (tried > kMostTries * (accepted + 1)) {
      fail(ErrorKind::kUsage,
           "{} of {} samples passed the discriminator; take a smaller percentile for gamma (it is "
           "{}), or --best-of",
           accepted, tried, options.gamma_percentile);
    }
    const at::Tensor z = sampler.draw_latent(kBatch, random);
    const at::Tensor logits = score_all(sampler, z);
    const std::vector<double> values = ratios(logits, options.calibration);
    std::vector<int64_t> passed;
    int64_t i = 0;
    for (; i < kBatch && accepted < count; ++i) {
      const double logit = values[static_cast<size_t>(i)];
      threshold.largest = std::max(threshold.largest, logit);
      const double odds = rejection_log_odds(logit, threshold.largest, threshold.gamma);
      if (random.uniform() * (1 + std::exp(-odds)) >= 1) continue;
      passed.push_back(i);
      ++accepted;
    }
    tried += i;  // what comes after the last sample needed was not tried
    const at::Tensor indices = at::tensor(passed, at::kLong);
    kept_z.push_back(z.index_select(0, indices));
    kept.push_back(logits.index_select(0, indices));
    proposals.push_back(logits.narrow(0, 0, i));
    if (options.progress) options.progress(accepted, count);
  }
  return {at::cat(kept_z), at::cat(kept), at::cat(proposals), accepted};
}

}  // namespace belamy
