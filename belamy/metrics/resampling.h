// Confidence intervals by resampling what was generated; the reference is taken as it is.
#pragma once

#include <cstdint>
#include <functional>
#include <span>
#include <string>
#include <vector>

#include "belamy/metrics/score.h"

namespace belamy {

/// The statistic of the samples of these numbers.
using Statistic = std::function<double(std::span<const int64_t> indices)>;

/// Percentile interval of `resamples` draws of `count` out of 0..count-1 with replacement. Efron
/// and Tibshirani, "An introduction to the bootstrap" (1993), chapter 13. For statistics that take
/// no harm from samples that occur twice.
Interval bootstrap(int64_t count, const Statistic& statistic, uint64_t seed, int resamples = 1000);

/// bootstrap() of a mean.
Interval bootstrap_mean(std::span<const double> values, uint64_t seed);

/// value ± t * standard error, by leaving out each of kJackknifeGroups random groups in turn. For
/// statistics that repeated samples would distort, such as a covariance of few samples or nearest
/// neighbours. Shao and Tu, "The jackknife and bootstrap" (1995), section 2.3.
Interval grouped_jackknife(int64_t count, double value, const Statistic& statistic, uint64_t seed);

inline constexpr int64_t kJackknifeGroups = 10;

/// value ± t * standard error of the mean of `blocks`, which are independent; at least 2.
Interval t_interval(double value, std::span<const double> blocks);

/// The standard error of their mean.
double standard_error(std::span<const double> blocks);

/// The 97.5 % point of Student's t.
double t_quantile(int64_t degrees);

/// `size` of 0..count-1 without replacement, in rising order; all of them when size >= count.
std::vector<int64_t> random_subset(int64_t count, int64_t size, uint64_t seed);

/// 0..count-1 in a random order.
std::vector<int64_t> random_order(int64_t count, uint64_t seed, const std::string& name);

}  // namespace belamy
