// What a discriminator's logit is worth as a probability of being real, learned from samples that
// it was not trained on.
#pragma once

#include <ATen/core/Tensor.h>

#include <string>
#include <utility>
#include <vector>

namespace belamy {

std::vector<double> to_doubles(const at::Tensor& values);

struct JudgedSample {
  double logit = 0;
  bool is_real = false;
};

class Calibration {
 public:
  /// "none" (the sigmoid), "logistic" (Platt 1999: the sigmoid of a straight line) or "isotonic"
  /// (the rising step function of least squares, linear between its steps). Throws kUsage for
  /// another word, kData without samples of both kinds.
  static Calibration fit(const std::string& kind, const std::vector<JudgedSample>& samples);

  /// Strictly between 0 and 1, not falling with the logit.
  double probability(double logit) const;
  /// log(p / (1 - p)) of it.
  double logit(double raw) const;

 private:
  void fit_logistic(const std::vector<JudgedSample>& samples);
  void fit_isotonic(std::vector<JudgedSample> samples);

  double slope_ = 1;
  double offset_ = 0;
  std::vector<std::pair<double, double>> steps_;  // logit, probability; empty: not isotonic
};

/// How far the probabilities are from calibrated, in standard deviations:
///   Z = sum(y - p) / sqrt(sum(p (1 - p))), y = 1 for real
/// It is standard normal for a calibrated discriminator; Z < 0: too many are thought real. Turner
/// et al., "Metropolis-Hastings generative adversarial networks" (2019), section 3.3.
double calibration_z(const Calibration& calibration, const std::vector<JudgedSample>& samples);

}  // namespace belamy
