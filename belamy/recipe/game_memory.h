// What a game's networks take, told by their shapes: before any memory is taken.
#pragma once

#include <cstdint>

#include "belamy/nn/network_size.h"
#include "belamy/recipe/recipe_graphs.h"

namespace belamy {

/// Bytes of weights, gradients, the optimisers' state and averages of the whole game, which are
/// there from its making on, whatever it is made for.
double game_bytes(const Recipe& recipe, const NetworkSize& generator,
                  const NetworkSize& discriminator);

/// Throws kUsage when the recipe's game, and the largest output of a layer of its generator for one
/// sample, need more than `available` bytes; as check_recipe, too.
void require_game_memory(const Recipe& recipe, const Shape& sample_shape, uint64_t available);

}  // namespace belamy
