#include "belamy/train/training.h"

#include <optional>

#include "belamy/nn/runtime.h"
#include "belamy/train/checkpoint.h"
#include "belamy/train/log_monitor.h"
#include "belamy/train/sample_monitor.h"
#include "belamy/train/trainer.h"

namespace belamy {
namespace {

TrainingResult train_run(const Run& run, const TrainingOptions& options) {
  const int threads = configure_runtime(options.threads);
  const Recipe& recipe = run.recipe();
  const auto dataset = open_recipe_data(recipe);
  const auto game = make_game(recipe, dataset->shape().dims);
  Loader loader(*dataset, recipe.train.batch_size, recipe.data.loader_order(),
                static_cast<uint64_t>(recipe.train.seed));
  int64_t first_step = 0;
  if (!run.checkpoint_steps().empty()) {
    const auto folder = run.checkpoint("latest");
    const TrainingState state = load_checkpoint(folder);
    game->load_state(state.game, folder.string());
    loader.restore(state.loader);
    first_step = state.step;
  }
  const TrainingView view{run,
                          *game,
                          *dataset,
                          total_steps(recipe, dataset->size()),
                          first_step,
                          recipe.train.batch_size * game->batches_per_round(),
                          threads};
  LogMonitor log;
  SampleMonitor samples;
  std::vector<Monitor*> monitors = {&log, &samples};
  monitors.insert(monitors.end(), options.monitors.begin(), options.monitors.end());
  Trainer trainer(view, *game, loader, monitors);
  const Outcome outcome = trainer.run(options.stop);
  return {outcome, run.folder(), trainer.step()};
}

}  // namespace

TrainingResult train(const Recipe& recipe, const std::filesystem::path& folder,
                     const TrainingOptions& options) {
  open_recipe_data(recipe);  // whatever is wrong with it is said before a folder is made
  const Run run = Run::create(folder, recipe);
  const RunLock lock(folder);
  return train_run(run, options);
}

TrainingResult resume(const std::filesystem::path& folder,
                      const std::vector<std::string>& overrides, const TrainingOptions& options) {
  const Run run = Run::open(folder.string(), overrides);
  const RunLock lock(run.folder());
  return train_run(run, options);
}

}  // namespace belamy
