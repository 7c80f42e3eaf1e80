#include "belamy/recipe/game_memory.h"

#include <algorithm>

#include "belamy/core/error.h"
#include "belamy/core/memory.h"

namespace belamy {
namespace {

constexpr double kFloat = 4;  // bytes

// A weight, its gradient, and what the optimiser remembers of it.
double values_a_weight(const PlayerOptions& player, const Recipe& recipe) {
  const OptimizerOptions& optimizer = player.optimizer_or(recipe.optimizer);
  if (std::holds_alternative<AdamOptions>(optimizer)) return 4;
  return std::holds_alternative<RmspropOptions>(optimizer) ? 3 : 2;
}

double largest_value(const std::string& name, const NetworkGraph& graph) {
  double largest = 0;
  for (const Shape& shape : infer_shapes(name, graph)) {
    largest = std::max(largest, static_cast<double>(elements(shape)));
  }
  return largest;
}

}  // namespace

double game_bytes(const Recipe& recipe, const NetworkSize& generator,
                  const NetworkSize& discriminator) {
  const double sides = recipe.game.is_cycle() ? 2 : 1;
  const double averaged = recipe.average.decay > 0 ? sides * generator.weights : 0;
  const double weights =
      sides * (generator.weights * values_a_weight(recipe.generator, recipe) +
               discriminator.weights * values_a_weight(recipe.discriminator, recipe));
  return kFloat * (weights + averaged);
}

void require_game_memory(const Recipe& recipe, const Shape& sample_shape, uint64_t available) {
  if (available == kUnknownMemory) return;
  const RecipeGraphs graphs = recipe_graphs(recipe, sample_shape);
  const double needed = game_bytes(recipe, network_size("generator", graphs.generator),
                                   network_size("discriminator", graphs.discriminator)) +
                        kFloat * largest_value("generator", graphs.generator);
  const auto there = static_cast<double>(available);
  if (needed <= there) return;
  fail(ErrorKind::kUsage,
       "the networks of {} need at least {}, {} are available; make them smaller, or use a machine "
       "with more memory",
       recipe.name, gigabytes_text(needed), gigabytes_text(there));
}

}  // namespace belamy
