#include "belamy/metrics/classifier_training.h"

#include <ATen/ATen.h>
#include <torch/autograd.h>

#include <algorithm>
#include <numeric>

#include "belamy/core/error.h"
#include "belamy/data/loader.h"
#include "belamy/nn/gradient_scope.h"
#include "belamy/optim/optimizer.h"
#include "belamy/optim/schedule.h"
#include "belamy/optim/weight_average.h"

namespace belamy {
namespace {

constexpr double kSmoothing = 0.98;  // of the reported loss and accuracy
constexpr double kSlowing = 1e-3;    // the learning rate halves in a thousand updates

struct Batch {
  at::Tensor images;  // [N, C, H, W]
  at::Tensor labels;  // [N] int64
};

Batch read_batch(const Dataset& dataset, std::span<const int64_t> indices) {
  const SampleShape shape = dataset.shape();
  const auto count = static_cast<int64_t>(indices.size());
  Batch batch{at::empty({count, shape.dims[0], shape.dims[1], shape.dims[2]}, at::kFloat),
              at::empty({count}, at::kLong)};
  dataset.gather(indices, batch.images.data_ptr<float>());
  auto* labels = batch.labels.data_ptr<int64_t>();
  for (size_t i = 0; i < indices.size(); ++i) labels[i] = dataset.label(indices[i]).value();
  return batch;
}

void require_labelled(const Classifier& classifier, const Dataset& dataset) {
  if (!dataset.is_image() || dataset.shape().dims != classifier.body().input_shape()) {
    fail(ErrorKind::kData, "a classifier of images of {} cannot learn from {}",
         shape_text(classifier.body().input_shape()), dataset.description());
  }
  if (dataset.classes() < 2 || dataset.classes() > classifier.classes()) {
    fail(ErrorKind::kData, "a classifier of {} classes cannot learn from {} classes: {}",
         classifier.classes(), dataset.classes(), dataset.description());
  }
}

constexpr WeightAverageOptions kAveraging{.decay = 0.999, .warm_up = true};

/// The classifier with what its training keeps.
class Student {
 public:
  Student(Classifier& classifier, const ClassifierTrainingOptions& options)
      : classifier_(classifier),
        is_cosine_(options.cosine),
        body_optimizer_(make_optimizer(adam(options), classifier.body().flat_parameters())),
        head_optimizer_(make_optimizer(adam(options), classifier.head().flat_parameters())),
        averaged_(classifier.body().input_shape(), classifier.classes(), options.seed,
                  classifier.filters()),
        body_average_(classifier.body(), averaged_.body(), kAveraging),
        head_average_(classifier.head(), averaged_.head(), kAveraging),
        random_(options.seed, "classifier.dropout"),
        context_{Mode::kTraining, /*update_statistics=*/true, options.precision, &random_} {
    classifier.body().set_trainable(true);
    classifier.head().set_trainable(true);
  }

  struct Result {
    double loss = 0;
    double accuracy = 0;
  };

  /// Step `step`, from 0, of `steps`.
  Result learn(const Batch& batch, int64_t step, int64_t steps) {
    if (is_cosine_) {
      const double factor = learning_rate_factor(CosineSchedule{}, step, steps);
      body_optimizer_->set_rate_factor(factor);
      head_optimizer_->set_rate_factor(factor);
    }
    const at::Tensor logits =
        classifier_.logits(classifier_.features(batch.images, context_), context_);
    const at::Tensor loss = at::nll_loss(at::log_softmax(logits, 1), batch.labels);
    const auto body = classifier_.body().parameter_tensors();
    auto all = body;
    for (const at::Tensor& tensor : classifier_.head().parameter_tensors()) all.push_back(tensor);
    const GradientScope scope(classifier_.body().flat_parameters());
    const auto gradients = torch::autograd::grad({loss}, all);
    const auto head_begin = gradients.begin() + static_cast<std::ptrdiff_t>(body.size());
    body_optimizer_->step({gradients.begin(), head_begin});
    head_optimizer_->step({head_begin, gradients.end()});
    body_average_.update();
    head_average_.update();
    const at::Tensor right = logits.detach().argmax(1) == batch.labels;
    return {loss.item<double>(), right.to(at::kDouble).mean().item<double>()};
  }

  void graduate() {
    classifier_.body().set_trainable(false);
    classifier_.head().set_trainable(false);
    classifier_.body().load_state(body_average_.state(), "average");
    classifier_.head().load_state(head_average_.state(), "average");
  }

 private:
  static OptimizerOptions adam(const ClassifierTrainingOptions& options) {
    AdamOptions adam;
    adam.learning_rate = options.learning_rate;
    adam.decay = options.cosine ? 0 : kSlowing;
    return adam;
  }

  Classifier& classifier_;
  bool is_cosine_;
  std::unique_ptr<Optimizer> body_optimizer_, head_optimizer_;
  Classifier averaged_;
  WeightAverage body_average_, head_average_;
  RandomStream random_;
  ForwardContext context_;
};

}  // namespace

ClassifierPlan classifier_plan(const std::string& data_name) {
  ClassifierPlan plan;
  plan.options.augmentation = augmentation_for(data_name);
  if (data_name == "fashion-mnist") {
    plan.filters = {48, 96, 160};
    plan.options.epochs = 30;
    plan.options.learning_rate = 2e-3;
    plan.options.cosine = true;
  }
  return plan;
}

bool train_classifier(Classifier& classifier, const Dataset& dataset,
                      const ClassifierTrainingOptions& options) {
  require_labelled(classifier, dataset);
  Loader loader(dataset, std::min(options.batch_size, dataset.size()), Order::kShuffled,
                options.seed);
  RandomStream random(options.seed, "classifier.augmentation");
  Student student(classifier, options);
  const SampleShape shape = dataset.shape();
  ClassifierProgress progress{0, options.epochs * loader.batches_per_epoch(), 0, 0};
  while (progress.step < progress.steps) {
    if (options.stop != nullptr && options.stop->load()) return false;
    const Batch batch = read_batch(dataset, loader.next_indices());
    augment({batch.images.size(0), shape.dims[0], shape.dims[1], shape.dims[2],
             batch.images.data_ptr<float>()},
            options.augmentation, random);
    const Student::Result result = student.learn(batch, progress.step, progress.steps);
    const double kept = progress.step == 0 ? 0 : kSmoothing;
    progress.loss = kept * progress.loss + (1 - kept) * result.loss;
    progress.accuracy = kept * progress.accuracy + (1 - kept) * result.accuracy;
    ++progress.step;
    if (options.progress) options.progress(progress);
  }
  student.graduate();
  return true;
}

std::vector<double> right_answers(const Classifier& classifier, const Dataset& dataset) {
  require_labelled(classifier, dataset);
  constexpr int64_t kBatch = 256;
  const at::NoGradGuard no_grad;
  const ForwardContext context{.precision = Precision::kFp32};
  std::vector<double> right;
  for (int64_t done = 0; done < dataset.size(); done += kBatch) {
    std::vector<int64_t> indices(static_cast<size_t>(std::min(kBatch, dataset.size() - done)));
    std::iota(indices.begin(), indices.end(), done);
    const Batch batch = read_batch(dataset, indices);
    const at::Tensor logits =
        classifier.logits(classifier.features(batch.images, context), context);
    const at::Tensor hits = (logits.argmax(1) == batch.labels).to(at::kDouble);
    right.insert(right.end(), hits.data_ptr<double>(), hits.data_ptr<double>() + hits.numel());
  }
  return right;
}

double classifier_accuracy(const Classifier& classifier, const Dataset& dataset) {
  const std::vector<double> right = right_answers(classifier, dataset);
  return std::accumulate(right.begin(), right.end(), 0.0) / static_cast<double>(right.size());
}

}  // namespace belamy
