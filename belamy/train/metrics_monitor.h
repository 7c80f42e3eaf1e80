// Metrics while a training runs: metrics.jsonl, plots/metric_*.png, the best checkpoint, and an end
// when nothing gets better.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "belamy/core/file.h"
#include "belamy/metrics/evaluation.h"
#include "belamy/train/monitor.h"

namespace belamy {

/// Every train.metrics_every steps draws train.metrics_count samples and scores them against the
/// training's data, as `belamy evaluate RUN --checkpoint STEP --count N --seed train.seed` does.
/// The first of train.metrics says which checkpoint is the best; after train.metrics_patience
/// evaluations in a row that are not better the training ends.
class MetricsMonitor final : public Monitor {
 public:
  std::string name() const override { return "metrics"; }
  std::string state_json() const override;
  void load_state(const std::string& json) override;

  /// Throws kRecipe when the data are no images or a metric is unknown, else as named_reference.
  void on_start(const TrainingView& training) override;
  void on_step(const TrainingView& training, const StepView& step) override;
  void on_end(const TrainingView& training) noexcept override;

 private:
  FeatureTable reference(const TrainingView& training) const;
  void evaluate(const TrainingView& training, const StepView& step);
  void judge(const Metric& metric, double value, const StepView& step, int64_t patience);

  std::optional<Extractor> extractor_;
  FeatureTable real_;
  std::vector<std::string> metrics_;
  std::unique_ptr<LineFile> file_;
  std::optional<double> best_;
  int64_t not_better_ = 0;  // evaluations since the best
};

/// metric_NAME.png of a run's metrics.jsonl, the values with their intervals as a band. Lines
/// that are not one of its own are passed over; nothing without lines. Throws kIo.
void write_metric_plots(const std::filesystem::path& metrics, const std::filesystem::path& folder);

}  // namespace belamy
