// A run folder: everything a training leaves and everything later commands need.
//
//   recipe.toml                 resolved, with the seed and versions
//   log.jsonl                   a line every log interval
//   samples/step_0001000.png    grids of fixed latent vectors
//   checkpoints/step_0001000/   weights, optimiser state, counters
//   run.lock                    held while a training writes here
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

#include "belamy/recipe/recipe.h"

namespace belamy {

/// "step_0001000"
std::string step_name(int64_t step);

/// The folder new runs go to unless told: $BELAMY_RUNS, else "runs".
std::filesystem::path runs_folder();

class Run {
 public:
  /// Makes the folder and writes the recipe. Throws kUsage when it holds a run already,
  /// kIo.
  static Run create(const std::filesystem::path& folder, const Recipe& recipe);

  /// An existing run; "latest" is the newest under the runs folder. Throws kUsage when there is
  /// none, saying where it looked.
  /// `overrides` change the recipe as it is used, not as it is stored.
  static Run open(const std::string& folder, const std::vector<std::string>& overrides = {});

  /// Replaces the recipe as it is used; store_recipe() keeps it.
  void use_recipe(Recipe recipe) { recipe_ = std::move(recipe); }

  /// Writes the recipe as it is used, overrides included, as the run's own.
  void store_recipe() const;

  const std::filesystem::path& folder() const { return folder_; }
  const Recipe& recipe() const { return recipe_; }

  std::filesystem::path log_path() const { return folder_ / "log.jsonl"; }
  std::filesystem::path samples_folder() const { return folder_ / "samples"; }
  std::filesystem::path checkpoints_folder() const { return folder_ / "checkpoints"; }

  /// Steps of the checkpoints there, rising.
  std::vector<int64_t> checkpoint_steps() const;

  /// Throws kUsage for a link right in the folder: what is written below it would land elsewhere.
  void require_no_links() const;

  /// "latest", "best" or a step. Throws kCheckpoint, naming what there is.
  std::filesystem::path checkpoint(const std::string& which) const;

 private:
  int64_t best_step(int64_t latest) const;

  Run(std::filesystem::path folder, Recipe recipe)
      : folder_(std::move(folder)), recipe_(std::move(recipe)) {}

  std::filesystem::path folder_;
  Recipe recipe_;
};

/// Held by the one process that trains in a run folder; released when it ends, however it ends.
class RunLock {
 public:
  /// Throws kBusy, naming the process that holds it.
  explicit RunLock(const std::filesystem::path& folder);
  ~RunLock();
  RunLock(const RunLock&) = delete;
  RunLock& operator=(const RunLock&) = delete;

 private:
  int descriptor_ = -1;
};

}  // namespace belamy
