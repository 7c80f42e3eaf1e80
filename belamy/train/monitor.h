// Something that watches a training.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "belamy/data/dataset.h"
#include "belamy/games/game.h"
#include "belamy/train/run.h"

namespace belamy {

/// What every monitor may look at.
struct TrainingView {
  const Run& run;
  const Game& game;
  const Dataset& dataset;
  int64_t total_steps = 0;
  int64_t first_step = 0;  // steps done before this process: 0, or the checkpoint resumed from
  int64_t images_per_step = 0;
  int threads = 0;
  Precision precision = Precision::kFp32;
  /// Takes a line for people, of what does not end the training. Never empty; does not throw.
  std::function<void(const std::string&)> tell = [](const std::string&) {};
  std::string data = {};  // the data set's fingerprint
};

/// What a monitor may ask of the trainer in on_step(). The trainer acts when all monitors have seen
/// the step.
struct StepRequests {
  /// Calls this step the best so far by a metric ("fid"): a checkpoint is made of it, and kept
  /// until another step is called best. It is what `--checkpoint best` means.
  struct Best {
    std::string metric;
    double value = 0;
  };
  std::optional<Best> best;
  /// Ends the training after this step as if it were the last.
  bool stop = false;
};

/// A step that has just been done; steps count from 1.
struct StepView {
  int64_t step = 0;
  double seconds = 0;  // since this process began to train
  const RoundReport& report;
  bool detailed = false;
  StepRequests* requests = nullptr;  // always there in a training
};

class Monitor {
 public:
  virtual ~Monitor() = default;

  /// A monitor that remembers something of the steps it saw, and must after a resume go on as if
  /// there had been none, has a name; checkpoints keep its state under it.
  virtual std::string name() const { return ""; }
  /// A JSON text, asked for after on_step() of a step that a checkpoint is made of.
  virtual std::string state_json() const { return "null"; }
  /// Called before on_start() with what state_json() gave, when the training goes on from a
  /// checkpoint that has it; one of an older version of the monitor or of the recipe has not.
  /// nlohmann::json's exceptions are taken for a checkpoint that cannot be used.
  virtual void load_state(const std::string& /*json*/) {}

  virtual void on_start(const TrainingView&) {}
  virtual void on_step(const TrainingView&, const StepView&) {}
  /// Also called when the training is stopped early or fails.
  virtual void on_end(const TrainingView&) noexcept {}
};

}  // namespace belamy
