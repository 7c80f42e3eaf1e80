#include "belamy/train/training.h"

#include <optional>

#include "belamy/nn/runtime.h"
#include "belamy/train/checkpoint.h"
#include "belamy/train/log_monitor.h"
#include "belamy/train/sample_monitor.h"
#include "belamy/train/trainer.h"

namespace belamy {
namespace {

/// What a recipe trains on; making it says whatever is wrong with the recipe and its data.
struct Material {
  explicit Material(const Recipe& recipe)
      : dataset(open_recipe_data(recipe)),
        loader(*dataset, recipe.train.batch_size, recipe.data.loader_order(),
               static_cast<uint64_t>(recipe.train.seed)) {}

  std::unique_ptr<Dataset> dataset;
  Loader loader;
};

TrainingResult train_run(const Run& run, Material& material, const TrainingOptions& options) {
  const int threads = configure_runtime(options.threads);
  const Recipe& recipe = run.recipe();
  const Dataset& dataset = *material.dataset;
  const auto game = make_game(recipe, dataset.shape().dims);
  int64_t first_step = 0;
  if (!run.checkpoint_steps().empty()) {
    const auto folder = run.checkpoint("latest");
    const TrainingState state = load_checkpoint(folder);
    game->load_state(state.game, folder.string());
    material.loader.restore(state.loader);
    first_step = state.step;
  }
  const TrainingView view{run,
                          *game,
                          dataset,
                          total_steps(recipe, dataset.size()),
                          first_step,
                          recipe.train.batch_size * game->batches_per_round(),
                          threads};
  LogMonitor log;
  SampleMonitor samples;
  std::vector<Monitor*> monitors = {&log, &samples};
  monitors.insert(monitors.end(), options.monitors.begin(), options.monitors.end());
  Trainer trainer(view, *game, material.loader, monitors);
  const Outcome outcome = trainer.run(options.stop);
  return {outcome, run.folder(), trainer.step()};
}

}  // namespace

TrainingResult train(const Recipe& recipe, const std::filesystem::path& folder,
                     const TrainingOptions& options) {
  Material material(recipe);  // before a folder is made
  const Run run = Run::create(folder, recipe);
  const RunLock lock(folder);
  return train_run(run, material, options);
}

TrainingResult resume(const std::filesystem::path& folder,
                      const std::vector<std::string>& overrides, const TrainingOptions& options) {
  const Run run = Run::open(folder.string(), overrides);
  const RunLock lock(run.folder());
  Material material(run.recipe());
  return train_run(run, material, options);
}

}  // namespace belamy
