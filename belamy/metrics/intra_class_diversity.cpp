#include "belamy/metrics/intra_class_diversity.h"

#include <ATen/ATen.h>

#include "belamy/core/error.h"
#include "belamy/metrics/class_mean.h"

namespace belamy {
namespace {

constexpr int64_t kMostOfClass = 500;

// [n, n] float32, of a random part of the class's rows.
at::Tensor distances(const FeatureTable& table, const std::vector<int64_t>& rows, uint64_t seed) {
  std::vector<int64_t> chosen;
  for (const int64_t i : random_subset(static_cast<int64_t>(rows.size()), kMostOfClass, seed)) {
    chosen.push_back(rows[static_cast<size_t>(i)]);
  }
  const at::Tensor features = table.rows(chosen).features;
  constexpr double kEuclidean = 2;
  constexpr int64_t kExactly = 2;  // not by products, whose roundings would show near 0
  return at::cdist(features, features, kEuclidean, kExactly);
}

// Over all pairs of two different ones.
double mean_distance(const at::Tensor& distances) {
  const auto n = static_cast<double>(distances.size(0));
  return distances.sum(at::kDouble).item<double>() / (n * (n - 1));
}

Score diversity_of_class(const at::Tensor& of_fakes, double of_reals, uint64_t seed) {
  const double value = mean_distance(of_fakes) / of_reals;
  const auto without = [&](std::span<const int64_t> kept) {
    const at::Tensor which = at::tensor(at::ArrayRef<int64_t>(kept.data(), kept.size()));
    return mean_distance(of_fakes.index_select(0, which).index_select(1, which)) / of_reals;
  };
  constexpr int64_t kFewest = 3;  // of two no pair would be left
  if (of_fakes.size(0) < kFewest) return {value, {value, value}};
  return {value, grouped_jackknife(of_fakes.size(0), value, without, seed)};
}

}  // namespace

Score intra_class_diversity(const FeatureTable& real, const FeatureTable& fake, uint64_t seed) {
  using Rows = std::vector<int64_t>;
  return mean_over_classes(real, fake, [&](int64_t label, const Rows& reals, const Rows& fakes) {
    const double among_real = reals.size() < 2 ? 0 : mean_distance(distances(real, reals, seed));
    if (fakes.size() < 2 || !(among_real > 0)) {
      fail(ErrorKind::kData,
           "class {} has {} real and {} generated images; a diversity needs two of both, real ones "
           "that differ: give more by --count, or leave out intra-diversity",
           label, reals.size(), fakes.size());
    }
    return diversity_of_class(distances(fake, fakes, seed), among_real, seed);
  });
}

}  // namespace belamy
