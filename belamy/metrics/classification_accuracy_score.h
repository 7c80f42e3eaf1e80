// Classification accuracy score: how well a classifier that has only seen generated images knows
// real ones.
//
// Ravuri and Vinyals, "Classification accuracy score for conditional generative models" (NeurIPS
// 2019). To be read beside that of a classifier trained on as many real images.
#pragma once

#include "belamy/data/dataset.h"
#include "belamy/metrics/classifier_training.h"
#include "belamy/metrics/score.h"

namespace belamy {

/// Trains the classifier of extractors on `generated`, whose labels are what its images were made
/// for, and tests it on `real`. The interval covers the choice of the real images. Throws as
/// train_classifier.
Score classification_accuracy_score(const Dataset& generated, const Dataset& real,
                                    const ClassifierTrainingOptions& options);

}  // namespace belamy
