// Says while a training runs whether it is going wrong, and how.
#pragma once

#include <map>
#include <memory>
#include <string>
#include <vector>

#include "belamy/core/error.h"
#include "belamy/core/file.h"
#include "belamy/health/detectors.h"
#include "belamy/health/recorder.h"
#include "belamy/train/monitor.h"

namespace belamy {

/// Checks every train.health_every steps (health/detectors.h). A diagnosis is told when it is first
/// made and again when it no longer holds, and all of them are told when the training ends. To
/// stand after the log monitor, to whose file it adds lines:
///   {"step":800,"diversity":0.31,"near_duplicates":0.9}                  every check
///   {"step":800,"health":"mode_collapse","finding":"...","advice":"..."}
///   {"step":1200,"health":"mode_collapse","over":true}
///   {"step":1201,"health":"divergence","finding":"..."}                  see note_divergence
/// With train.on_divergence = "roll_back" a step whose losses explode throws kDiverged.
class HealthMonitor final : public Monitor {
 public:
  /// `rolled_back` is why the training goes on from a checkpoint again; "" when it does not.
  explicit HealthMonitor(std::string rolled_back = "") : rolled_back_(std::move(rolled_back)) {}

  std::string name() const override { return "health"; }
  std::string state_json() const override;
  void load_state(const std::string& json) override;

  void on_start(const TrainingView& training) override;
  void on_step(const TrainingView& training, const StepView& step) override;
  void on_end(const TrainingView& training) noexcept override;

 private:
  struct Finding {
    Diagnosis diagnosis;
    int64_t first_step = 0;
    int64_t last_step = 0;  // of the checks that made it
    bool is_over = false;
  };

  void check(const TrainingView& training, int64_t step);
  void note(const TrainingView& training, int64_t step, const Diagnosis& diagnosis);
  void end_finished(const TrainingView& training, int64_t step);

  std::string rolled_back_;
  VitalsRecorder recorder_;
  std::unique_ptr<LineFile> file_;  // none: switched off
  std::vector<Vitals> history_;
  std::map<std::string, Finding> findings_;  // by the diagnosis's name
  int64_t checks_ = 0;
};

/// Notes in the run's log that a training has diverged at `step`, and how.
void note_divergence(const Run& run, int64_t step, const Error& error);

}  // namespace belamy
