// belamy recipes
#include <fmt/format.h>

#include "belamy/core/error.h"
#include "belamy/recipe/builtin.h"
#include "belamy/recipe/recipe.h"
#include "cli/command.h"

namespace belamy::cli {
namespace {

void print_list() {
  for (const BuiltinRecipe& recipe : builtin_recipes()) {
    fmt::print("{:<20} {}\n", recipe.name, load_recipe(recipe.name).description);
  }
}

void print_text(const std::string& name) {
  load_recipe(name);  // says what is wrong with the name
  for (const BuiltinRecipe& recipe : builtin_recipes()) {
    if (recipe.name == name) fmt::print("{}", recipe.text);
  }
}

}  // namespace

Runner add_recipes(CLI::App& app) {
  auto shown = std::make_shared<std::string>();
  app.add_option("--show", *shown, "Print a recipe's file, comments and all: a start for your own")
      ->type_name("NAME");
  app.footer(
      "\nYour own recipe is a TOML file: `belamy recipes --show s1-mlp > mine.toml`, change it,\n"
      "`belamy train ./mine.toml`. docs/recipes.md explains every key.");
  return [shown] {
    if (shown->empty()) {
      print_list();
    } else {
      print_text(*shown);
    }
    return 0;
  };
}

}  // namespace belamy::cli
