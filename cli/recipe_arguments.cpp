#include "cli/recipe_arguments.h"

#include <fmt/format.h>

#include "belamy/data/catalog.h"
#include "belamy/data/fetch.h"
#include "cli/say.h"

namespace belamy::cli {

void RecipeArguments::add_to(CLI::App& app, bool recipe_required) {
  app.add_option("recipe", recipe, "A built-in recipe's name, or the path of a .toml file")
      ->required(recipe_required)
      ->type_name("RECIPE");
  app.add_option("--set", overrides,
                 "Change a key of the recipe; may be repeated. A list's entries count from 1")
      ->type_name("PATH=VALUE")
      ->take_all()
      ->allow_extra_args(false);
}

void fetch_if_missing(const Recipe& recipe) {
  fetch_if_missing(recipe.data.name);
  fetch_if_missing(recipe.data.partner);
}

void fetch_if_missing(const std::string& data_name) {
  if (!is_in_catalog(data_name) || is_fetched(data_name)) return;
  fetch(data_name, [](const std::string& line) { say(fmt::format("{}\n", line)); });
}

}  // namespace belamy::cli
