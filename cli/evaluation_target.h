// What `belamy evaluate` judges: a run, a folder of pictures, an array, or real images.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "belamy/data/dataset.h"
#include "belamy/games/adversarial_game.h"
#include "belamy/metrics/image_source.h"
#include "belamy/train/run.h"

namespace belamy::cli {

struct TargetArguments {
  std::string target;                 // RUN, DIR, FILE.npy or data:SPLIT
  std::string checkpoint = "latest";  // of a run
  std::string data;                   // "": the run's own
  int64_t count = 0;                  // 0: all of a folder or file
  uint64_t seed = 0;
};

class EvaluationTarget {
 public:
  /// Throws kUsage, kData, saying what came and what would do.
  explicit EvaluationTarget(const TargetArguments& arguments);

  /// The data set to compare with: --data, else the run's.
  const std::string& data() const { return data_; }
  ImageSource& images() { return *source_; }

  /// Labelled images, as those of a folder of class folders are; null for others.
  const Dataset* labelled() const {
    return dataset_ != nullptr && dataset_->classes() > 0 ? dataset_.get() : nullptr;
  }

  /// A run's generator and what it is made with; null for others.
  const AdversarialGame* game() const { return game_.get(); }
  const Run* run() const { return run_ ? &*run_ : nullptr; }

 private:
  void open_run(const TargetArguments& arguments);
  void open_files(const TargetArguments& arguments);

  std::string data_;
  std::optional<Run> run_;
  std::unique_ptr<AdversarialGame> game_;
  std::unique_ptr<Dataset> dataset_;
  std::unique_ptr<ImageSource> source_;
};

}  // namespace belamy::cli
