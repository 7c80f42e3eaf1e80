#include "belamy/train/step_time.h"

#include <ATen/ATen.h>

#include <algorithm>
#include <chrono>
#include <functional>

#include "belamy/nn/precision.h"
#include "belamy/train/batches.h"

namespace belamy {
namespace {

constexpr int kWarmUpSteps = 5;

double seconds_of(const std::function<void()>& work) {
  const auto begin = std::chrono::steady_clock::now();
  work();
  return std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count();
}

double best_rate(double operations, const std::function<void()>& work) {
  double best = seconds_of(work);
  for (int i = 0; i < 12; ++i) best = std::min(best, seconds_of(work));
  return operations / best;
}

double matrix_rate(at::ScalarType type) {
  constexpr int64_t kSide = 1024;
  const at::Tensor a = at::randn({kSide, kSide}).to(type), b = at::randn({kSide, kSide}).to(type);
  return best_rate(2.0 * kSide * kSide * kSide, [&] { at::mm(a, b); });
}

// The 5×5 convolution of s4's discriminator at a batch of 225: the best one measured here.
double convolution_rate(at::ScalarType type) {
  const auto layout = at::MemoryFormat::ChannelsLast;
  const at::Tensor x = at::randn({225, 128, 14, 14}).to(type).contiguous(layout);
  const at::Tensor w = at::randn({64, 128, 5, 5}).to(type).contiguous(layout);
  const double operations = 2.0 * 225 * 14 * 14 * 64 * 128 * 25;
  return best_rate(operations, [&] { at::conv2d(x, w, {}, 1, 2); });
}

// A forward pass is one unit of a network's arithmetic, the gradients of its inputs and of its
// weights one more each. The discriminator step runs G forward and D in full on real and fake; the
// generator step runs D forward and back to its input, and G in full.
double operations_of_round(const AdversarialGame& game, const Recipe& recipe) {
  const auto g = static_cast<double>(game.generator().multiply_adds());
  const auto d = static_cast<double>(game.discriminator().multiply_adds());
  const auto d_steps = static_cast<double>(recipe.game.discriminator_steps);
  const auto g_steps = static_cast<double>(recipe.game.generator_steps);
  const double a_sample = d_steps * (g + 2 * 3 * d) + g_steps * (3 * g + 2 * d);
  return 2 * static_cast<double>(recipe.train.batch_size * recipe.train.accumulate) * a_sample;
}

}  // namespace

StepTime measure_step_time(const Recipe& recipe, const StepTimeOptions& options) {
  const auto dataset = open_recipe_data(recipe);
  const auto game = make_game(recipe, dataset->shape().dims);
  Loader loader(*dataset, recipe.train.batch_size, recipe.data.loader_order(),
                static_cast<uint64_t>(recipe.train.seed));
  const auto step = [&] {
    game->play(next_batches(loader, game->batches_per_round(), game->sample_shape()), false);
  };

  for (int i = 0; i < kWarmUpSteps; ++i) step();
  std::vector<double> times;
  for (double spent = 0; spent < options.seconds || times.size() < 3; spent += times.back()) {
    times.push_back(seconds_of(step));
  }
  std::nth_element(times.begin(), times.begin() + static_cast<std::ptrdiff_t>(times.size() / 2),
                   times.end());
  const double median = times[times.size() / 2];
  const double images =
      static_cast<double>(recipe.train.batch_size * game->batches_per_round()) / median;
  const double rate = operations_of_round(*game, recipe) / median;
  std::vector<ProfileRow> profile;
  if (options.profile) {
    start_profiling();
    for (int i = 0; i < kProfiledSteps; ++i) step();
    profile = profile_table(stop_profiling());
  }
  return {recipe.name,
          recipe.train.batch_size,
          resolve_precision(recipe.train.precision),
          options.threads,
          1e3 * median,
          images,
          options.peak_rate > 0 ? rate / options.peak_rate : 0,
          std::move(profile)};
}

double measure_peak_rate() {
  const at::NoGradGuard no_grad;
  double peak = std::max(matrix_rate(at::kFloat), convolution_rate(at::kFloat));
  if (has_amx_bf16()) {
    peak = std::max({peak, matrix_rate(at::kBFloat16), convolution_rate(at::kBFloat16)});
  }
  return peak;
}

}  // namespace belamy
