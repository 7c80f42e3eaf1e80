#include "belamy/sampling/calibration.h"

#include <ATen/ATen.h>

#include <algorithm>
#include <cmath>

#include "belamy/core/error.h"

namespace belamy {
namespace {

constexpr double kClosest = 1e-6;  // to 0 and 1: beyond it odds mean nothing
constexpr int kNewtonSteps = 50;

double sigmoid(double x) {
  return x >= 0 ? 1 / (1 + std::exp(-x)) : std::exp(x) / (1 + std::exp(x));
}

}  // namespace

std::vector<double> to_doubles(const at::Tensor& values) {
  const at::Tensor wide = values.detach().to(at::kDouble).contiguous();
  const double* data = wide.data_ptr<double>();
  return {data, data + wide.numel()};
}

Calibration Calibration::fit(const std::string& kind, const std::vector<JudgedSample>& samples) {
  const auto real =
      std::count_if(samples.begin(), samples.end(), [](const auto& s) { return s.is_real; });
  if (real == 0 || real == static_cast<std::ptrdiff_t>(samples.size())) {
    fail(ErrorKind::kData, "a calibration needs real and generated samples");
  }
  Calibration calibration;
  if (kind == "logistic") {
    calibration.fit_logistic(samples);
  } else if (kind == "isotonic") {
    calibration.fit_isotonic(samples);
  } else if (kind != "none") {
    fail(ErrorKind::kUsage, "a calibration is none, logistic or isotonic, not '{}'", kind);
  }
  return calibration;
}

// Newton's method on the log-likelihood of slope and offset. A small pull of the slope to 0 keeps
// it finite when the two kinds do not overlap.
void Calibration::fit_logistic(const std::vector<JudgedSample>& samples) {
  constexpr double kPull = 1e-3;
  double mean = 0, deviation = 0;  // logits brought to one scale: Newton's steps stay tame
  for (const auto& sample : samples) mean += sample.logit;
  mean /= static_cast<double>(samples.size());
  for (const auto& sample : samples) deviation += std::pow(sample.logit - mean, 2);
  deviation = std::sqrt(deviation / static_cast<double>(samples.size())) + 1e-12;

  double a = 0, b = 0;
  for (int step = 0; step < kNewtonSteps; ++step) {
    double ga = -kPull * a, gb = 0, haa = kPull, hab = 0, hbb = 1e-12;
    for (const auto& sample : samples) {
      const double x = (sample.logit - mean) / deviation;
      const double p = sigmoid(a * x + b), error = (sample.is_real ? 1 : 0) - p, w = p * (1 - p);
      ga += error * x, gb += error;
      haa += w * x * x, hab += w * x, hbb += w;
    }
    const double determinant = haa * hbb - hab * hab;
    const double da = (hbb * ga - hab * gb) / determinant;
    const double db = (haa * gb - hab * ga) / determinant;
    const double shrink = 1 / std::max({1.0, std::abs(da), std::abs(db)});
    a += shrink * da, b += shrink * db;
    if (std::abs(da) + std::abs(db) < 1e-10) break;
  }
  slope_ = std::max(a, 0.0) / deviation;  // a discriminator worse than a coin says nothing
  offset_ = b - slope_ * mean;
}

// Pool adjacent violators; a block stands at the mean of its logits.
void Calibration::fit_isotonic(std::vector<JudgedSample> samples) {
  std::stable_sort(samples.begin(), samples.end(),
                   [](const auto& a, const auto& b) { return a.logit < b.logit; });
  struct Block {
    double logits, real, count;
  };
  std::vector<Block> blocks;
  for (const auto& sample : samples) {
    blocks.push_back({sample.logit, sample.is_real ? 1.0 : 0.0, 1.0});
    while (blocks.size() > 1) {
      const Block& last = blocks.back();
      Block& before = blocks[blocks.size() - 2];
      const bool tie = before.logits / before.count == last.logits / last.count;
      if (!tie && before.real * last.count < last.real * before.count) break;
      before = {before.logits + last.logits, before.real + last.real, before.count + last.count};
      blocks.pop_back();
    }
  }
  for (const Block& block : blocks) {
    // A block of n that holds only one kind says no more than "less than about one in n".
    const double margin = 0.5 / block.count;
    steps_.emplace_back(block.logits / block.count,
                        std::clamp(block.real / block.count, margin, 1 - margin));
  }
  for (size_t i = 1; i < steps_.size(); ++i) {  // the margins of small blocks may cross
    steps_[i].second = std::max(steps_[i].second, steps_[i - 1].second);
  }
}

double Calibration::probability(double logit) const {
  double p = 0;
  if (steps_.empty()) {
    p = sigmoid(slope_ * logit + offset_);
  } else {
    const auto above =
        std::lower_bound(steps_.begin(), steps_.end(), logit,
                         [](const auto& step, double value) { return step.first < value; });
    if (above == steps_.begin()) {
      p = steps_.front().second;
    } else if (above == steps_.end()) {
      p = steps_.back().second;
    } else {
      const auto below = above - 1;
      const double share = (logit - below->first) / (above->first - below->first);
      p = below->second + share * (above->second - below->second);
    }
  }
  return std::clamp(p, kClosest, 1 - kClosest);
}

double Calibration::logit(double raw) const {
  const double p = probability(raw);
  return std::log(p / (1 - p));
}

double calibration_z(const Calibration& calibration, const std::vector<JudgedSample>& samples) {
  double excess = 0, variance = 0;
  for (const auto& sample : samples) {
    const double p = calibration.probability(sample.logit);
    excess += (sample.is_real ? 1 : 0) - p;
    variance += p * (1 - p);
  }
  return excess / std::sqrt(variance);
}

}  // namespace belamy
