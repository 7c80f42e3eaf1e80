#include "belamy/train/health_monitor.h"

#include <fmt/format.h>

#include <cmath>

#include "belamy/core/error.h"
#include "belamy/core/json_text.h"
#include "belamy/core/rng.h"
#include "belamy/sampling/draw.h"

namespace belamy {
namespace {

constexpr int64_t kSamples = 128;
constexpr uint64_t kSeed = 0;  // its own: what is compared does not depend on the recipe's seed

std::vector<float> real_samples(const Dataset& dataset) {
  RandomStream random(kSeed, "health.real");
  std::vector<int64_t> indices(static_cast<size_t>(kSamples));
  for (int64_t& index : indices) {
    index = static_cast<int64_t>(random.below(static_cast<uint64_t>(dataset.size())));
  }
  std::vector<float> samples(static_cast<size_t>(kSamples * dataset.shape().values()));
  dataset.gather(indices, samples.data());
  return samples;
}

HealthContext context_of(const Recipe& recipe) {
  return {recipe.loss.name, recipe.game.discriminator_steps, recipe.loss.label_smoothing};
}

// "steps 300-900" of what is over, "since step 300" of what is not.
std::string time_text(int64_t first, int64_t last, bool is_over) {
  return is_over ? fmt::format("steps {}-{}", first, last) : fmt::format("since step {}", first);
}

}  // namespace

void HealthMonitor::on_start(const TrainingView& training) {
  if (!rolled_back_.empty()) training.tell("rolled back: " + rolled_back_);
  if (training.run.recipe().train.health_every == 0) return;
  recorder_.set_real(real_samples(training.dataset), kSamples);
  file_ = std::make_unique<LineFile>(training.run.log_path());
  if (!rolled_back_.empty()) {
    // At the first step done anew: a resume from the checkpoint drops it, and comes to write it.
    file_->append(nlohmann::ordered_json{
        {"step", training.first_step + 1}, {"health", "rolled_back"}, {"finding", rolled_back_}}
                      .dump());
  }
}

void HealthMonitor::load_state(const std::string& json) {
  const auto state = nlohmann::json::parse(json);
  if (state.is_null()) return;  // it was switched off
  recorder_.load_state(state.at("recorder"));
  for (const auto& entry : state.at("history")) history_.push_back(vitals_from_json(entry));
  checks_ = count_from(state.at("checks"));
  for (const auto& [name, entry] : state.at("findings").items()) {
    const auto text = [&entry = entry](const char* key) {
      return entry.at(key).get<std::string>();
    };
    findings_[name] = {{name, text("finding"), text("advice")},
                       count_from(entry.at("first_step")),
                       count_from(entry.at("last_step")),
                       entry.at("is_over").get<bool>()};
  }
}

std::string HealthMonitor::state_json() const {
  if (file_ == nullptr) return "null";
  nlohmann::json findings = nlohmann::json::object(), history = nlohmann::json::array();
  for (const auto& [name, finding] : findings_) {
    findings[name] = {{"finding", finding.diagnosis.finding},
                      {"advice", finding.diagnosis.advice},
                      {"first_step", finding.first_step},
                      {"last_step", finding.last_step},
                      {"is_over", finding.is_over}};
  }
  for (const Vitals& vitals : history_) history.push_back(vitals_json(vitals));
  return nlohmann::json{{"recorder", recorder_.state()},
                        {"history", history},
                        {"checks", checks_},
                        {"findings", findings}}
      .dump();
}

void HealthMonitor::on_step(const TrainingView& training, const StepView& step) {
  if (file_ == nullptr) return;
  const TrainOptions& options = training.run.recipe().train;
  if (options.on_divergence == "roll_back") {
    for (const auto& [name, value] : step.report.scalars) {
      if ((name == "d_loss" || name == "g_loss") && std::abs(value) > kExplodedLoss) {
        fail(ErrorKind::kDiverged, "{} exploded to {:.3g} at step {}", name, value, step.step);
      }
    }
  }
  recorder_.add_step(step.report.scalars);
  if (step.step % options.health_every == 0) check(training, step.step);
}

void HealthMonitor::check(const TrainingView& training, int64_t step) {
  RandomStream fixed(kSeed, "health.latent");
  const Samples samples = draw_probe(training.game, kSamples, fixed, training.dataset);
  if (history_.size() == kLongestHistory) history_.erase(history_.begin());
  history_.push_back(recorder_.finish(step, samples.values));
  ++checks_;
  const Vitals& now = history_.back();
  file_->append(nlohmann::ordered_json{
      {"step", step}, {"diversity", now.diversity}, {"near_duplicates", now.near_duplicates}}
                    .dump());
  for (const Diagnosis& diagnosis : diagnose(history_, context_of(training.run.recipe()))) {
    note(training, step, diagnosis);
  }
  end_finished(training, step);
}

void HealthMonitor::note(const TrainingView& training, int64_t step, const Diagnosis& diagnosis) {
  const auto known = findings_.find(diagnosis.name);
  const bool is_new = known == findings_.end() || known->second.is_over;
  Finding& finding = findings_[diagnosis.name];
  if (known == findings_.end()) finding.first_step = step;
  finding.diagnosis = diagnosis;  // its figures as they are now
  finding.last_step = step;
  finding.is_over = false;
  if (!is_new) return;
  file_->append(nlohmann::ordered_json{{"step", step},
                                       {"health", diagnosis.name},
                                       {"finding", diagnosis.finding},
                                       {"advice", diagnosis.advice}}
                    .dump());
  training.tell(
      fmt::format("health, step {}: {}. Try {}", step, diagnosis.finding, diagnosis.advice));
}

void HealthMonitor::end_finished(const TrainingView& training, int64_t step) {
  for (auto& [name, finding] : findings_) {
    if (finding.is_over || finding.last_step == step) continue;
    finding.is_over = true;
    file_->append(nlohmann::ordered_json{{"step", step}, {"health", name}, {"over", true}}.dump());
    training.tell(fmt::format("health, step {}: {} is over", step, diagnosis_words(name)));
  }
}

void HealthMonitor::on_end(const TrainingView& training) noexcept {
  if (checks_ == 0) return;
  if (findings_.empty()) {
    training.tell(
        fmt::format("health: nothing wrong in {} check{}", checks_, checks_ == 1 ? "" : "s"));
  }
  for (const auto& [name, finding] : findings_) {
    training.tell(fmt::format("health: {} {}: {}. Try {}", diagnosis_words(name),
                              time_text(finding.first_step, finding.last_step, finding.is_over),
                              finding.diagnosis.finding, finding.diagnosis.advice));
  }
}

void note_divergence(const Run& run, int64_t step, const Error& error) {
  LineFile(run.log_path())
      .append(nlohmann::ordered_json{
          {"step", step}, {"health", "divergence"}, {"finding", error.reason()}}
                  .dump());
}

}  // namespace belamy
