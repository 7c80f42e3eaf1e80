// How unlike one another the samples of a batch are, against real data of the same count.
#pragma once

#include <cstddef>
#include <span>
#include <vector>

namespace belamy {

/// Euclidean distances between every two of `count` samples, [count, values], rising:
/// count (count - 1) / 2 of them. Of long samples at most kComparedValues evenly spaced values are
/// compared. Throws kShape unless the values divide by `count`, which is at least 2.
std::vector<double> pairwise_distances(std::span<const float> samples, size_t count);

inline constexpr size_t kComparedValues = 4096;

/// Generated samples against real ones.
struct Diversity {
  double spread = 0;  // mean distance between generated samples over that between real ones
  /// Share of generated pairs that are closer than all but kTwinShare of the real pairs: about
  /// kTwinShare for the data's own diversity, 1 / k and more for k samples repeated. The pairs of
  /// Arora and Zhang 2018, "Do GANs learn the distribution?", with distance in place of the eye.
  double twins = 0;
};

inline constexpr double kTwinShare = 0.05;

/// Of rising distances as pairwise_distances gives them; neither may be empty.
Diversity compare_diversity(std::span<const double> real, std::span<const double> generated);

/// The mean of a batch [count, values], of the values that pairwise_distances compares. Throws as
/// that does.
std::vector<float> mean_sample(std::span<const float> samples, size_t count);

/// How far the mean of a batch has moved from `before`, a mean_sample of an earlier one, over the
/// root mean square distance of the batch's samples from their mean. Infinite when these are all
/// one and have moved. Throws kShape when the sizes differ.
double mean_shift(std::span<const float> before, std::span<const float> samples, size_t count);

}  // namespace belamy
