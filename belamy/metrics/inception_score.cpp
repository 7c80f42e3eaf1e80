#include "belamy/metrics/inception_score.h"

#include <ATen/ATen.h>

#include <cmath>
#include <vector>

#include "belamy/core/error.h"
#include "belamy/metrics/resampling.h"

namespace belamy {
namespace {

/// p(y|x) of each image, and its sum of p log p.
struct Conditionals {
  explicit Conditionals(const at::Tensor& logits) {
    const at::Tensor log_p = at::log_softmax(logits.to(at::kDouble), 1);
    p = log_p.exp().contiguous();
    negative_entropy = (p * log_p).sum(1);
  }
  at::Tensor p;                 // [N, classes]
  at::Tensor negative_entropy;  // [N]
};

// E KL(p(y|x) || p(y)) = E sum p(y|x) log p(y|x) - sum p(y) log p(y).
template <class Indices>
double score_of(const Conditionals& c, const Indices& indices) {
  const auto classes = static_cast<size_t>(c.p.size(1));
  const auto* p = c.p.data_ptr<double>();
  const auto* entropies = c.negative_entropy.data_ptr<double>();
  std::vector<double> marginal(classes);
  double conditional = 0;
  for (const int64_t index : indices) {
    const double* row = p + index * c.p.size(1);
    for (size_t k = 0; k < classes; ++k) marginal[k] += row[k];
    conditional += entropies[index];
  }
  const auto n = static_cast<double>(indices.size());
  double divergence = conditional / n;
  for (const double sum : marginal) {
    if (sum > 0) divergence -= sum / n * std::log(sum / n);
  }
  return std::exp(divergence);
}

}  // namespace

double inception_score(const at::Tensor& logits) {
  return score_of(Conditionals(logits), random_subset(logits.size(0), logits.size(0), 0));
}

Score inception_score_of(const FeatureTable& fake, uint64_t seed) {
  predicted_classes(fake);  // refuses tables without logits
  const Conditionals conditionals(fake.logits);
  return {inception_score(fake.logits),
          bootstrap(
              fake.count(),
              [&](std::span<const int64_t> drawn) { return score_of(conditionals, drawn); }, seed)};
}

}  // namespace belamy
