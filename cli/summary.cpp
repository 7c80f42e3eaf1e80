// belamy summary RECIPE
#include "belamy/nn/summary.h"

#include <fmt/format.h>

#include "belamy/games/game.h"
#include "cli/command.h"
#include "cli/recipe_arguments.h"

namespace belamy::cli {

Runner add_summary(CLI::App& app) {
  auto arguments = std::make_shared<RecipeArguments>();
  arguments->add_to(app, /*recipe_required=*/true);
  app.footer(
      "\nShapes are channels, height, width; None stands for the batch. Nothing is trained and\n"
      "no data set is needed.");
  return [arguments] {
    const Recipe recipe = arguments->load();
    const auto game = make_game(recipe, recipe_sample_shape(recipe));
    for (const Network* network : game->networks()) fmt::print("{}\n", summary_text(*network));
    return 0;
  };
}

}  // namespace belamy::cli
