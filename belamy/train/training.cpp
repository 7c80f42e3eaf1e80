#include "belamy/train/training.h"

#include "belamy/core/error.h"
#include "belamy/core/file.h"
#include "belamy/nn/runtime.h"
#include "belamy/train/checkpoint.h"
#include "belamy/train/event_monitor.h"
#include "belamy/train/health_monitor.h"
#include "belamy/train/log_monitor.h"
#include "belamy/train/picture_monitor.h"
#include "belamy/train/roll_back.h"
#include "belamy/train/sample_monitor.h"
#include "belamy/train/trainer.h"

namespace belamy {
namespace {

/// What a recipe trains on; making it says whatever is wrong with the recipe and its data.
struct Material {
  explicit Material(const Recipe& recipe)
      : dataset(open_recipe_data(recipe)),
        loader(*dataset, recipe.train.batch_size, recipe.data.loader_order(),
               static_cast<uint64_t>(recipe.train.seed)),
        steps(total_steps(recipe, dataset->size())) {}

  std::unique_ptr<Dataset> dataset;
  Loader loader;
  int64_t steps;
};

// A run is used from other folders than it was trained in, and sampled where its data are not.
Recipe anchored(Recipe recipe, const Dataset& dataset) {
  for (std::string* path : {&recipe.data.path, &recipe.data.labels}) {
    if (!path->empty()) *path = std::filesystem::absolute(*path).lexically_normal().string();
  }
  const Shape shape = dataset.shape().dims;
  if (shape.size() == 3 && !recipe.data.path.empty()) {
    recipe.data.channels = shape[0];
    recipe.data.height = shape[1];
    recipe.data.width = shape[2];
  }
  return recipe;
}

TrainingResult train_once(const Run& run, Material& material, const TrainingOptions& options,
                          const RollBack& roll_back) {
  const int threads = configure_runtime(options.threads);
  const Recipe& recipe = run.recipe();
  const Dataset& dataset = *material.dataset;
  const auto game = make_game(recipe, dataset.shape().dims);
  int64_t first_step = 0;
  std::optional<TrainingState> resumed;
  if (!run.checkpoint_steps().empty()) {
    const auto folder = run.checkpoint("latest");
    resumed = load_checkpoint(folder);
    if (const int64_t attempt = roll_back.attempt(resumed->step); attempt > 0) {
      resumed = vary_random_streams(*std::move(resumed), attempt);
    }
    game->load_state(resumed->game, folder.string());
    material.loader.restore(resumed->loader);
    first_step = resumed->step;
  }
  if (material.steps < first_step) {
    fail(ErrorKind::kUsage, "{} is at step {} already; train.steps = {} lies before it",
         run.folder().string(), first_step, material.steps);
  }
  run.store_recipe();  // with the overrides a resume was given: the next goes to the same end
  const TrainingView view{run,         *game,
                          dataset,     material.steps,
                          first_step,  recipe.train.batch_size * game->batches_per_round(),
                          threads,     resolve_precision(recipe.train.precision),
                          options.tell};
  LogMonitor log;
  EventMonitor events;
  SampleMonitor samples([&](int64_t step, const Image& grid) { events.add_grid(step, grid); });
  HealthMonitor health(roll_back.attempt(first_step) > 0 ? roll_back.reason() : "");
  PictureMonitor pictures;
  std::vector<Monitor*> monitors = {&log, &events, &samples, &health};
  if (recipe.train.pictures) monitors.push_back(&pictures);
  monitors.insert(monitors.end(), options.monitors.begin(), options.monitors.end());
  Trainer trainer(view, *game, material.loader, monitors, resumed);
  const Outcome outcome = trainer.run(options.stop);
  return {outcome, run.folder(), trainer.step()};
}

TrainingResult train_run(const Run& run, Material& material, const TrainingOptions& options) {
  for (RollBack roll_back;;) {
    try {
      return train_once(run, material, options, roll_back);
    } catch (const Error& error) {
      if (!roll_back.take(run, error)) throw;
    }
  }
}

}  // namespace

TrainingResult train(const Recipe& recipe, const std::filesystem::path& folder,
                     const TrainingOptions& options) {
  Material material(recipe);  // before a folder is made
  make_folder(folder);
  const RunLock lock(folder);
  const Run run = Run::create(folder, anchored(recipe, *material.dataset));
  return train_run(run, material, options);
}

TrainingResult resume(const std::filesystem::path& folder,
                      const std::vector<std::string>& overrides, const TrainingOptions& options) {
  Run::open(folder.string());  // a folder that is no run is not locked
  const RunLock lock(folder);
  Run run = Run::open(folder.string(), overrides);
  Material material(run.recipe());
  run.use_recipe(anchored(run.recipe(), *material.dataset));
  return train_run(run, material, options);
}

}  // namespace belamy
