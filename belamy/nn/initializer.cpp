#include "belamy/nn/initializer.h"

#include <ATen/ATen.h>

#include <algorithm>
#include <cmath>

#include "belamy/kernels/random.h"

namespace belamy {
namespace {

// Variance scaling (Keras's VarianceScaling) draws its normals truncated at two standard
// deviations and widens them so that the variance after truncation is the one asked for.
constexpr double kTruncationWidening = 1.0 / 0.87962566103423978;

class Fill {
 public:
  Fill(at::Tensor& weights, Fans fans, RandomStream& random)
      : data_(weights.data_ptr<float>()),
        count_(static_cast<size_t>(weights.numel())),
        fan_in_(static_cast<double>(fans.in)),
        fan_mean_(static_cast<double>(fans.in + fans.out) / 2),
        random_(random) {}

  void operator()(const GlorotUniform&) const { symmetric_uniform(std::sqrt(3 / fan_mean_)); }
  void operator()(const GlorotNormal&) const { scaled_normal(1 / fan_mean_); }
  void operator()(const HeUniform&) const { symmetric_uniform(std::sqrt(6 / fan_in_)); }
  void operator()(const HeNormal&) const { scaled_normal(2 / fan_in_); }
  void operator()(const LecunUniform&) const { symmetric_uniform(std::sqrt(3 / fan_in_)); }
  void operator()(const LecunNormal&) const { scaled_normal(1 / fan_in_); }
  void operator()(const RandomUniform& i) const { uniform(i.minval, i.maxval); }
  void operator()(const TruncatedNormal& i) const { truncated_normal(i.mean, i.stddev); }
  void operator()(const Zeros&) const { std::fill_n(data_, count_, 0.0f); }
  void operator()(const Ones&) const { std::fill_n(data_, count_, 1.0f); }

  void operator()(const RandomNormal& i) const {
    const uint64_t block = random_.take(kernels::philox_blocks(count_));
    kernels::fill_normal(data_, count_, random_.key(), block);
    const auto mean = static_cast<float>(i.mean), stddev = static_cast<float>(i.stddev);
    for (size_t k = 0; k < count_; ++k) data_[k] = mean + stddev * data_[k];
  }

 private:
  void symmetric_uniform(double limit) const { uniform(-limit, limit); }

  void uniform(double low, double high) const {
    const uint64_t block = random_.take(kernels::philox_blocks(count_));
    kernels::fill_uniform(data_, count_, static_cast<float>(low), static_cast<float>(high),
                          random_.key(), block);
  }

  void scaled_normal(double variance) const {
    truncated_normal(0.0, std::sqrt(variance) * kTruncationWidening);
  }

  void truncated_normal(double mean, double stddev) const {
    for (size_t k = 0; k < count_; ++k) {
      double draw = random_.normal();
      while (std::abs(draw) > 2) draw = random_.normal();
      data_[k] = static_cast<float>(mean + stddev * draw);
    }
  }

  float* data_;
  size_t count_;
  double fan_in_;
  double fan_mean_;
  RandomStream& random_;
};

}  // namespace

void initialize(at::Tensor& weights, const InitializerOptions& initializer, Fans fans,
                RandomStream& random) {
  std::visit(Fill(weights, fans, random), initializer);
}

}  // namespace belamy
