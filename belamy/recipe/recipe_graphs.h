// A recipe's networks as graphs, before they are built.
#pragma once

#include "belamy/recipe/recipe.h"

namespace belamy {

struct RecipeGraphs {
  NetworkGraph generator;
  NetworkGraph discriminator;
};

/// Of a cycle game those of one side. Throws as check_recipe.
RecipeGraphs recipe_graphs(const Recipe& recipe, const Shape& sample_shape);

/// Classes that the game is told: as the recipe says, or the data it names; 0 for a game without a
/// condition. Opens the files of idx and folders, and only where it matters.
int64_t classes_of(const Recipe& recipe);

}  // namespace belamy
