#include "belamy/train/memory_need.h"

#include <algorithm>

#include "belamy/core/error.h"
#include "belamy/core/memory.h"
#include "belamy/recipe/game_memory.h"

namespace belamy {
namespace {

constexpr double kFloat = 4;  // bytes

// How often the outputs of both networks are kept for a sample at the same time, at the least.
double kept_values(const Recipe& recipe, const NetworkSize& generator,
                   const NetworkSize& discriminator) {
  // A fake, what comes back of it, and a sample of the generator's own target.
  if (recipe.game.is_cycle()) return 3 * generator.kept + discriminator.kept;
  const double judged = recipe.game.discriminator_batches == "two_updates" ? 1 : 2;
  const double of_judging = discriminator.kept / static_cast<double>(recipe.game.packing);
  return std::max(judged * of_judging, generator.kept + of_judging);
}

double sample_values(const Shape& shape) {
  double values = 1;
  for (const int64_t dim : shape) values *= static_cast<double>(dim);
  return values;
}

}  // namespace

MemoryNeed memory_need(const Recipe& recipe, const Shape& sample_shape) {
  const RecipeGraphs graphs = recipe_graphs(recipe, sample_shape);
  const NetworkSize generator = network_size("generator", graphs.generator);
  const NetworkSize discriminator = network_size("discriminator", graphs.discriminator);
  // In bfloat16 what is kept is half as long.
  const double length = resolve_precision(recipe.train.precision) == Precision::kBf16 ? 0.5 : 1;
  const auto batches =
      static_cast<double>(recipe.game.discriminator_steps * recipe.train.accumulate);
  return {game_bytes(recipe, generator, discriminator),
          kFloat * (length * kept_values(recipe, generator, discriminator) +
                    batches * sample_values(sample_shape))};
}

void require_memory(const Recipe& recipe, const Shape& sample_shape, uint64_t available) {
  if (available == kUnknownMemory) return;
  const MemoryNeed need = memory_need(recipe, sample_shape);
  const auto there = static_cast<double>(available);
  const int64_t batch = recipe.train.batch_size;
  if (need.of_batch(batch) <= there) return;
  // The estimate is a lower one: some room is left.
  constexpr double kRoom = 0.7;
  const auto fits = static_cast<int64_t>(
      std::clamp((kRoom * there - need.fixed) / need.a_sample, 0.0, static_cast<double>(batch)));
  fail(ErrorKind::kUsage, "a training step needs at least {}, {} are available; {}",
       gigabytes_text(need.of_batch(batch)), gigabytes_text(there),
       fits >= 1 ? fmt::format("try train.batch_size = {} instead of {}", fits, batch)
                 : std::string("no batch fits: make the networks smaller, or take fewer batches a "
                               "round (game.discriminator_steps, train.accumulate)"));
}

}  // namespace belamy
