#include "belamy/train/trainer.h"

#include <cmath>
#include <nlohmann/json.hpp>

#include "belamy/core/error.h"
#include "belamy/train/retention.h"

namespace belamy {
namespace {

/// Tells the monitors that it is over, also when an error ends it.
class EndNotice {
 public:
  EndNotice(const std::vector<Monitor*>& monitors, const TrainingView& view)
      : monitors_(monitors), view_(view) {}
  ~EndNotice() {
    for (Monitor* monitor : monitors_) monitor->on_end(view_);
  }
  EndNotice(const EndNotice&) = delete;
  EndNotice& operator=(const EndNotice&) = delete;

 private:
  const std::vector<Monitor*>& monitors_;
  const TrainingView& view_;
};

}  // namespace

Trainer::Trainer(const TrainingView& view, Game& game, Loader& loader,
                 std::vector<Monitor*> monitors, const std::optional<TrainingState>& resumed)
    : view_(view),
      game_(game),
      data_(loader, game.batches_per_round(), game.sample_shape()),
      monitors_(std::move(monitors)),
      step_(view.first_step),
      saved_step_(view.first_step > 0 ? view.first_step : -1) {
  if (!resumed) return;
  best_ = resumed->best;
  restore_monitors(*resumed);
}

void Trainer::restore_monitors(const TrainingState& resumed) const {
  for (Monitor* monitor : monitors_) {
    const auto held = resumed.monitors.find(monitor->name());
    if (held == resumed.monitors.end()) continue;
    try {
      monitor->load_state(held->second);
    } catch (const nlohmann::json::exception& error) {
      fail(ErrorKind::kCheckpoint, "the checkpoint of step {} holds no state of the monitor {}: {}",
           resumed.step, monitor->name(), error.what());
    }
  }
}

Outcome Trainer::run(const std::atomic<bool>* stop) {
  const EndNotice notice(monitors_, view_);
  for (Monitor* monitor : monitors_) monitor->on_start(view_);
  // A kill may have come between the last checkpoint and the removal of those it replaced.
  if (saved_step_ >= 0) keep_what_should_stay();
  begin_ = std::chrono::steady_clock::now();
  while (step_ < view_.total_steps && !is_over_) {
    if (stop != nullptr && stop->load()) {
      save_if_due(/*ending=*/true);
      return Outcome::kStopped;
    }
    train_one_step();
    save_if_due(/*ending=*/step_ == view_.total_steps || is_over_);
  }
  return Outcome::kFinished;
}

void Trainer::train_one_step() {
  const Batch real = data_.next();
  ++step_;
  const bool detailed = is_detailed();
  const RoundReport report = game_.play(real, detailed);
  require_finite(report);
  const std::chrono::duration<double> elapsed = std::chrono::steady_clock::now() - begin_;
  StepRequests requests;
  const StepView view{step_, elapsed.count(), report, detailed, &requests};
  for (Monitor* monitor : monitors_) monitor->on_step(view_, view);
  if (requests.stop) is_over_ = true;
  if (requests.best) best_ = {step_, requests.best->metric, requests.best->value};
}

bool Trainer::is_detailed() const {
  return step_ == 1 || step_ == view_.total_steps ||
         step_ % view_.run.recipe().train.log_every == 0;
}

void Trainer::require_finite(const RoundReport& report) const {
  for (const auto& [name, value] : report.scalars) {
    if (std::isfinite(value)) continue;
    const auto saved = view_.run.checkpoint_steps();
    fail(ErrorKind::kDiverged, "{} became {} at step {}; {}. Try a lower optimizer.learning_rate{}",
         name, value, step_,
         saved.empty() ? std::string("there is no checkpoint yet")
                       : fmt::format("the checkpoint of step {} is kept", saved.back()),
         view_.precision == Precision::kBf16 ? ", or --precision fp32" : "");
  }
}

void Trainer::save_if_due(bool ending) {
  const int64_t every = view_.run.recipe().train.checkpoint_every;
  const bool is_best = best_ && best_->step == step_;
  const bool due = ending || is_best || (every > 0 && step_ % every == 0);
  if (!due || step_ == saved_step_) return;
  if (!game_.is_finite()) {
    fail(ErrorKind::kDiverged,
         "a weight is no longer finite at step {}; no checkpoint is made of it. Try a lower "
         "optimizer.learning_rate",
         step_);
  }
  save_checkpoint(view_.run.checkpoints_folder() / step_name(step_), state());
  saved_step_ = step_;
  keep_what_should_stay();
}

void Trainer::keep_what_should_stay() const {
  remove_superfluous_checkpoints(view_.run, best_ ? std::optional(best_->step) : std::nullopt);
}

TrainingState Trainer::state() const {
  TrainingState state{step_, data_.state(), game_.state(), view_.data, best_, {}};
  for (const Monitor* monitor : monitors_) {
    if (!monitor->name().empty()) state.monitors[monitor->name()] = monitor->state_json();
  }
  return state;
}

}  // namespace belamy
