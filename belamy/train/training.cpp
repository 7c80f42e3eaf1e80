#include "belamy/train/training.h"

#include <algorithm>

#include "belamy/core/error.h"
#include "belamy/core/file.h"
#include "belamy/core/memory.h"
#include "belamy/data/catalog.h"
#include "belamy/nn/runtime.h"
#include "belamy/train/checkpoint.h"
#include "belamy/train/event_monitor.h"
#include "belamy/train/health_monitor.h"
#include "belamy/train/log_monitor.h"
#include "belamy/train/memory_need.h"
#include "belamy/train/metrics_monitor.h"
#include "belamy/train/picture_monitor.h"
#include "belamy/train/retention.h"
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
        steps(total_steps(recipe, dataset->size())),
        fingerprint(dataset->fingerprint()) {
    require_memory(recipe, dataset->shape().dims, available_memory());
  }

  std::unique_ptr<Dataset> dataset;
  Loader loader;
  int64_t steps;
  std::string fingerprint;
  bool is_resumed = false;
  bool is_chosen_anew = false;  // by an override: it need not be what the checkpoint knows
};

// A run is used from other folders than it was trained in, and sampled where its data are not.
Recipe anchored(Recipe recipe, const Dataset& dataset) {
  const bool partner_is_named = is_in_catalog(recipe.data.partner);
  for (std::string* path : {&recipe.data.path, &recipe.data.labels, &recipe.data.partner}) {
    if (path == &recipe.data.partner && partner_is_named) continue;
    if (!path->empty()) *path = std::filesystem::absolute(*path).lexically_normal().string();
  }
  const Shape shape = dataset.shape().dims;
  if (shape.size() == 3 && !recipe.data.path.empty()) {
    recipe.data.channels = shape[0];
    recipe.data.height = shape[1];
    recipe.data.width = shape[2];
    recipe.data.classes = dataset.classes();
  }
  return recipe;
}

// The newest checkpoint that is whole. Damaged ones are renamed, so that they neither count as
// checkpoints nor get lost, and told of. Throws DamagedCheckpoint when none is whole.
std::optional<TrainingState> load_newest_checkpoint(const Run& run,
                                                    const TrainingOptions& options) {
  std::vector<int64_t> steps = run.checkpoint_steps();
  std::vector<int64_t> damaged;
  for (; !steps.empty(); steps.pop_back()) {
    try {
      TrainingState state = load_checkpoint(run.checkpoints_folder() / step_name(steps.back()));
      for (const int64_t step : damaged) set_aside(run, step);
      return state;
    } catch (const DamagedCheckpoint& error) {
      if (steps.size() == 1) throw;
      damaged.push_back(steps.back());
      options.tell(fmt::format("the checkpoint of step {} is damaged and passed over: {}",
                               steps.back(), error.reason()));
    }
  }
  return std::nullopt;
}

void require_same_data(const Run& run, const TrainingState& state, const Material& material) {
  if (material.is_chosen_anew || state.data.empty() || state.data == material.fingerprint) return;
  fail(ErrorKind::kData,
       "the data set of {} has changed since its checkpoint of step {} (SHA-256 {:.12}..., then "
       "{:.12}...): put it back, or say that it is meant by giving its name or path anew, for "
       "example --set data.name={}",
       run.folder().string(), state.step, material.fingerprint, state.data, run.recipe().data.name);
}

void require_steps_ahead(const Run& run, int64_t first_step, int64_t total_steps) {
  if (total_steps >= first_step) return;
  fail(ErrorKind::kUsage, "{} is at step {} already; train.steps = {} lies before it",
       run.folder().string(), first_step, total_steps);
}

/// Puts game and loader where the newest checkpoint is, if there is one.
std::optional<TrainingState> go_to_checkpoint(const Run& run, Material& material, Game& game,
                                              const TrainingOptions& options,
                                              const RollBack& roll_back) {
  std::optional<TrainingState> resumed = load_newest_checkpoint(run, options);
  if (!resumed) return resumed;
  require_same_data(run, *resumed, material);
  require_steps_ahead(run, resumed->step, material.steps);
  if (const int64_t attempt = roll_back.attempt(resumed->step); attempt > 0) {
    resumed = vary_random_streams(*std::move(resumed), attempt);
  }
  game.load_state(resumed->game, (run.checkpoints_folder() / step_name(resumed->step)).string());
  material.loader.restore(resumed->loader);
  return resumed;
}

TrainingResult train_once(const Run& run, Material& material, const TrainingOptions& options,
                          const RollBack& roll_back) {
  const int threads = configure_runtime(options.threads);
  const Recipe& recipe = run.recipe();
  const Dataset& dataset = *material.dataset;
  const auto game = make_game(recipe, dataset.shape().dims);
  const auto resumed = go_to_checkpoint(run, material, *game, options, roll_back);
  const int64_t first_step = resumed ? resumed->step : 0;
  game->start(first_step, material.steps);
  // With the overrides a resume was given: the next goes to the same end.
  if (material.is_resumed) run.store_recipe();
  const TrainingView view{run,          *game,
                          dataset,      material.steps,
                          first_step,   recipe.train.batch_size * game->batches_per_round(),
                          threads,      resolve_precision(recipe.train.precision),
                          options.tell, material.fingerprint};
  LogMonitor log;
  EventMonitor events;
  SampleMonitor samples([&](int64_t step, const Image& grid) { events.add_grid(step, grid); });
  HealthMonitor health(roll_back.attempt(first_step) > 0 ? roll_back.reason() : "");
  PictureMonitor pictures;
  MetricsMonitor metrics;
  std::vector<Monitor*> monitors = {&log, &events, &samples, &health, &metrics};
  if (recipe.train.pictures) monitors.push_back(&pictures);
  monitors.insert(monitors.end(), options.monitors.begin(), options.monitors.end());
  Trainer trainer(view, *game, material.loader, monitors, resumed);
  try {
    const Outcome outcome = trainer.run(options.stop);
    return {outcome, run.folder(), trainer.step()};
  } catch (const Error& error) {
    if (error.kind() == ErrorKind::kDiverged) note_divergence(run, trainer.step(), error);
    throw;
  }
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
  Run run = Run::open(folder.string(), overrides);  // a folder that is no run is not locked
  run.require_no_links();
  const RunLock lock(run.folder());
  run = Run::open(run.folder().string(), overrides);  // as whoever held the lock left it
  Material material(run.recipe());
  material.is_resumed = true;
  material.is_chosen_anew = std::ranges::any_of(
      overrides, [](const std::string& assignment) { return assignment.starts_with("data."); });
  run.use_recipe(anchored(run.recipe(), *material.dataset));
  remove_leftovers(run);
  return train_run(run, material, options);
}

}  // namespace belamy
