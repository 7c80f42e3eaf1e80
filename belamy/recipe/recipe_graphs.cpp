#include "belamy/recipe/recipe_graphs.h"

#include "belamy/data/catalog.h"

namespace belamy {

RecipeGraphs recipe_graphs(const Recipe& recipe, const Shape& sample_shape) {
  check_recipe(recipe, sample_shape);
  if (recipe.game.is_cycle()) {
    return {player_graph(recipe.generator, {"generator", true, sample_shape, sample_shape, 0}),
            player_graph(recipe.discriminator, {"discriminator", false, sample_shape, {1}, 0})};
  }
  const Condition condition = condition_of(recipe.game.condition);
  const int64_t classes = classes_of(recipe);
  return {generator_graph(recipe.generator, {recipe.game.latent_size}, sample_shape, condition,
                          classes),
          discriminator_graph(recipe.discriminator, packed_shape(sample_shape, recipe.game.packing),
                              condition, classes)};
}

int64_t classes_of(const Recipe& recipe) {
  if (recipe.game.condition == "none") return 0;
  if (recipe.data.classes > 0) return recipe.data.classes;
  if (recipe.data.is_by_path()) return open_dataset(recipe.data)->classes();
  return find_in_catalog(recipe.data.name).classes;
}

}  // namespace belamy
