// The options that every command with a recipe takes.
#pragma once

#include <CLI/CLI.hpp>
#include <string>
#include <vector>

#include "belamy/recipe/recipe.h"

namespace belamy::cli {

struct RecipeArguments {
  std::string recipe;
  std::vector<std::string> overrides;

  void add_to(CLI::App& app, bool recipe_required);
  Recipe load() const { return load_recipe(recipe, overrides); }
};

/// Fetches the recipe's data set if it is a named one that is not there yet, saying so.
void fetch_if_missing(const Recipe& recipe);

/// The same for a data set's name.
void fetch_if_missing(const std::string& data_name);

}  // namespace belamy::cli
