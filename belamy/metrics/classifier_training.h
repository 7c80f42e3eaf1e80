// Trains the classifier behind metrics.
#pragma once

#include <atomic>
#include <cstdint>
#include <functional>
#include <vector>

#include "belamy/data/dataset.h"
#include "belamy/metrics/augmentation.h"
#include "belamy/metrics/classifier.h"

namespace belamy {

struct ClassifierProgress {
  int64_t step = 0;
  int64_t steps = 0;
  double loss = 0;      // cross entropy, smoothed
  double accuracy = 0;  // on augmented training batches, smoothed
};

struct ClassifierTrainingOptions {
  int64_t epochs = 10;
  int64_t batch_size = 128;
  double learning_rate = 1e-3;
  bool cosine =
      false;  // the rate falls to 0 by half a cosine; else it halves in a thousand updates
  uint64_t seed = 1;
  Precision precision = Precision::kFp32;
  Augmentation augmentation;
  std::function<void(const ClassifierProgress&)> progress;  // after each step, if given
  const std::atomic<bool>* stop = nullptr;
};

/// What the built-in classifier of a data set is trained with, and one of any other data set.
struct ClassifierPlan {
  ClassifierFilters filters = kUsualFilters;
  ClassifierTrainingOptions options;
};
ClassifierPlan classifier_plan(const std::string& data_name);

/// Cross entropy by Adam; what remains in `classifier` is the moving average of its weights. In
/// bf16 on AMX tiles equal seeds give equal bits whatever the number of threads.
/// Throws kData unless the samples are labelled images in -1..1 of the classifier's shape and
/// classes. Returns false when stopped.
bool train_classifier(Classifier& classifier, const Dataset& dataset,
                      const ClassifierTrainingOptions& options);

/// For each sample whether its largest logit, in fp32, is its label's: 1 or 0. Throws as
/// train_classifier.
std::vector<double> right_answers(const Classifier& classifier, const Dataset& dataset);

/// The share of right answers.
double classifier_accuracy(const Classifier& classifier, const Dataset& dataset);

}  // namespace belamy
