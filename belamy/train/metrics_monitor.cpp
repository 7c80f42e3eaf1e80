#include "belamy/train/metrics_monitor.h"

#include <algorithm>
#include <sstream>

#include "belamy/core/error.h"
#include "belamy/core/json_text.h"
#include "belamy/data/catalog.h"
#include "belamy/image/plot.h"
#include "belamy/image/png.h"
#include "belamy/metrics/game_source.h"
#include "belamy/metrics/reference.h"
#include "belamy/train/metrics_log.h"
#include "belamy/train/run_log.h"

namespace belamy {
namespace {

namespace fs = std::filesystem;

constexpr const char* kFile = "metrics.jsonl";

std::vector<std::string> split_names(const std::string& text) {
  std::vector<std::string> names;
  std::istringstream words(text);
  for (std::string name; std::getline(words, name, ',');) names.push_back(name);
  return names;
}

bool is_named(const std::string& data_name) {
  return std::ranges::any_of(catalog(),
                             [&](const CatalogEntry& entry) { return entry.name == data_name; });
}

}  // namespace

std::string MetricsMonitor::state_json() const {
  nlohmann::json state = {{"not_better", not_better_}, {"best", nullptr}};
  if (best_) state["best"] = *best_;
  return state.dump();
}

void MetricsMonitor::load_state(const std::string& json) {
  const auto state = nlohmann::json::parse(json);
  not_better_ = count_from(state.at("not_better"));
  if (!state.at("best").is_null()) best_ = state.at("best").get<double>();
}

void MetricsMonitor::on_start(const TrainingView& training) {
  const Recipe& recipe = training.run.recipe();
  if (recipe.train.metrics_every == 0) return;
  if (!training.dataset.is_image()) {
    fail(ErrorKind::kRecipe, "train.metrics_every needs images, and {} are points in the plane",
         recipe.data.name);
  }
  extractor_ = Extractor::automatic(recipe.data.name);
  metrics_ = split_names(recipe.train.metrics);
  for (const std::string& name : metrics_) {
    const Metric& metric = find_metric(name);
    if (metric.needs_labels && training.game.classes() == 0) {
      fail(ErrorKind::kRecipe, "train.metrics cannot hold {}: game.condition is \"none\"", name);
    }
    if (metric.needs_held_out || (metric.needs_classes && extractor_->classes() == 0)) {
      fail(ErrorKind::kRecipe, "train.metrics cannot hold {}: {}", name,
           metric.needs_held_out ? "`belamy evaluate` computes it"
                                 : "no classifier of these data is built in");
    }
  }
  if (metrics_.empty()) fail(ErrorKind::kRecipe, "train.metrics is empty; name one, such as fid");
  real_ = reference(training);
  const fs::path path = training.run.folder() / kFile;
  drop_lines_after(path, training.first_step);
  file_ = std::make_unique<LineFile>(path);
}

FeatureTable MetricsMonitor::reference(const TrainingView& training) const {
  const Recipe& recipe = training.run.recipe();
  if (is_named(recipe.data.name)) {
    return named_reference(recipe.data.name, recipe.data.split, 0, 0, *extractor_);
  }
  return extract_features(*dataset_source(training.dataset, 0, 0, recipe.data.byte_range()),
                          *extractor_);
}

void MetricsMonitor::on_step(const TrainingView& training, const StepView& step) {
  const int64_t every = training.run.recipe().train.metrics_every;
  if (every > 0 && (step.step % every == 0 || step.step == training.total_steps)) {
    evaluate(training, step);
  }
}

void MetricsMonitor::evaluate(const TrainingView& training, const StepView& step) {
  const Recipe& recipe = training.run.recipe();
  const auto seed = static_cast<uint64_t>(recipe.train.seed);
  const auto source =
      game_source(training.game, recipe.data.byte_range(), recipe.train.metrics_count, seed);
  const FeatureTable fake = extract_features(*source, *extractor_);
  const EvaluationInput input{&real_, &fake, nullptr, seed};
  for (const std::string& name : metrics_) {
    const Metric& metric = find_metric(name);
    const NamedScore scored = metric.score(input);
    const nlohmann::ordered_json line = {{"step", step.step},
                                         {"metric", name},
                                         {"value", scored.score.value},
                                         {"ci", {scored.score.ci.low, scored.score.ci.high}},
                                         {"count", scored.count},
                                         {"reference", recipe.data.name},
                                         {"reference_count", scored.reference_count},
                                         {"extractor", extractor_->name()},
                                         {"extractor_sha256", extractor_->hash()},
                                         {"seed", seed}};
    file_->append(line.dump());
    if (name == metrics_.front()) {
      judge(metric, scored.score.value, step, recipe.train.metrics_patience);
    }
  }
}

void MetricsMonitor::judge(const Metric& metric, double value, const StepView& step,
                           int64_t patience) {
  const bool better = !best_ || (metric.is_better_low ? value < *best_ : value > *best_);
  if (better) {
    best_ = value;
    not_better_ = 0;
    step.requests->best = {metric.name, value};
  } else {
    ++not_better_;
    if (patience > 0 && not_better_ >= patience) step.requests->stop = true;
  }
}

void MetricsMonitor::on_end(const TrainingView& training) noexcept {
  try {
    if (!training.run.recipe().train.pictures) return;
    write_metric_plots(training.run.folder() / kFile, training.run.folder() / "plots");
  } catch (const std::exception&) {
    // As with the other pictures: not worth the training.
  }
}

void write_metric_plots(const fs::path& metrics, const fs::path& folder) {
  for (const auto& [name, series] : read_metrics_log(metrics)) {
    LinePlot plot;
    plot.title = name;
    plot.x.label = "step";
    plot.y.label = name;
    plot.bands.push_back({"95 %", series.steps, series.low, series.high, 0});
    PlotLine& line = plot.lines.emplace_back();
    line.name = name;
    line.x = series.steps;
    line.y = series.values;
    make_folder(folder);
    write_png(folder / ("metric_" + name + ".png"), draw_plot(plot));
  }
}

}  // namespace belamy
