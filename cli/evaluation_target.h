// What `belamy evaluate` judges: a run, a folder of pictures, an array, or real images.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "belamy/data/dataset.h"
#include "belamy/games/game.h"
#include "belamy/metrics/feature_table.h"
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

  /// What to compare with: --data, a known data set or a folder of pictures, else the run's own.
  const std::string& data() const { return data_; }
  /// Whether that is a known data set, which has splits and whose features are kept.
  bool is_named() const;
  /// It, in the range -1..1. Throws kUsage for a split that there is not.
  std::unique_ptr<Dataset> open_reference(const std::string& split) const;
  /// Features of `count` of its images, 0: all.
  FeatureTable reference(const std::string& split, int64_t count, const Extractor& extractor,
                         const ExtractionProgress& progress) const;
  ImageSource& images() { return *source_; }

  /// Labelled images, as those of a folder of class folders are; null for others.
  const Dataset* labelled() const {
    return dataset_ != nullptr && dataset_->classes() > 0 ? dataset_.get() : nullptr;
  }

  /// Whether it is known what class each image was made for.
  bool tells_classes() const {
    return labelled() != nullptr || (game_ != nullptr && game_->classes() > 0);
  }

  /// A run's generator and what it is made with; null for others.
  const Game* game() const { return game_.get(); }
  const Run* run() const { return run_ ? &*run_ : nullptr; }

 private:
  void open_run(const TargetArguments& arguments);
  void open_files(const TargetArguments& arguments);

  std::string data_;
  uint64_t seed_ = 0;
  std::optional<Run> run_;
  std::unique_ptr<Game> game_;
  std::unique_ptr<Dataset> dataset_;
  std::unique_ptr<ImageSource> source_;
};

}  // namespace belamy::cli
