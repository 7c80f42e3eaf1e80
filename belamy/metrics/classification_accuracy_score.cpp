#include "belamy/metrics/classification_accuracy_score.h"

#include <numeric>

#include "belamy/metrics/resampling.h"

namespace belamy {

Score classification_accuracy_score(const Dataset& generated, const Dataset& real,
                                    const ClassifierTrainingOptions& options) {
  Classifier classifier(real.shape().dims, real.classes(), options.seed);
  train_classifier(classifier, generated, options);
  const std::vector<double> right = right_answers(classifier, real);
  const double sum = std::accumulate(right.begin(), right.end(), 0.0);
  return {sum / static_cast<double>(right.size()), bootstrap_mean(right, options.seed)};
}

}  // namespace belamy
