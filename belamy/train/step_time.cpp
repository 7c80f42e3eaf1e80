#include "belamy/train/step_time.h"

#include <algorithm>
#include <chrono>
#include <functional>
#include <vector>

#include "belamy/core/memory.h"
#include "belamy/core/process.h"
#include "belamy/core/rng.h"
#include "belamy/nn/precision.h"
#include "belamy/train/memory_need.h"
#include "belamy/train/prefetcher.h"

namespace belamy {
namespace {

constexpr int kWarmUpSteps = 5;

double seconds_of(const std::function<void()>& work) {
  const auto begin = std::chrono::steady_clock::now();
  work();
  return std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count();
}

// The median of at least three runs and `seconds` seconds.
double median_seconds(const std::function<void()>& work, double seconds) {
  std::vector<double> times;
  for (double spent = 0; spent < seconds || times.size() < 3; spent += times.back()) {
    times.push_back(seconds_of(work));
  }
  const auto middle = times.begin() + static_cast<std::ptrdiff_t>(times.size() / 2);
  std::nth_element(times.begin(), middle, times.end());
  return *middle;
}

double samples_per_second(const Game& game, double seconds) {
  constexpr int64_t kBatch = 256;
  RandomStream random(1, "sample");
  const auto draw = [&] { game.sample(kBatch, random); };
  draw();
  return static_cast<double>(kBatch) / median_seconds(draw, seconds);
}

}  // namespace

StepTime measure_step_time(const Recipe& recipe, const StepTimeOptions& options) {
  const auto dataset = open_recipe_data(recipe);
  require_memory(recipe, dataset->shape().dims, available_memory());
  const auto game = make_game(recipe, dataset->shape().dims);
  Loader loader(*dataset, recipe.train.batch_size, recipe.data.loader_order(),
                static_cast<uint64_t>(recipe.train.seed));
  Prefetcher data(loader, game->batches_per_round(), game->sample_shape());
  const auto step = [&] { game->play(data.next(), false); };

  StepTime time{.recipe = recipe.name,
                .batch = recipe.train.batch_size,
                .precision = resolve_precision(recipe.train.precision),
                .threads = options.threads};
  step();
  time.first_step_seconds = seconds_since_start();
  for (int i = 1; i < kWarmUpSteps; ++i) step();
  const double median = median_seconds(step, options.seconds);
  time.step_ms = 1e3 * median;
  time.images_per_second =
      static_cast<double>(recipe.train.batch_size * game->batches_per_round()) / median;
  time.operations_per_second = 2 * game->multiply_adds_per_round() / median;
  if (game->draws_samples())
    time.samples_per_second = samples_per_second(*game, options.seconds / 5);
  time.peak_resident_mb = peak_resident_megabytes();
  if (options.profile) {
    start_profiling();
    for (int i = 0; i < kProfiledSteps; ++i) step();
    time.profile = profile_table(stop_profiling());
  }
  return time;
}

}  // namespace belamy
