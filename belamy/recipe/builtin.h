// The recipes that are part of the library; recipes/*.toml, embedded at build time.
#pragma once

#include <string>
#include <vector>

namespace belamy {

struct BuiltinRecipe {
  std::string name;  // "s1-mlp"
  std::string text;  // TOML
};

/// In alphabetical order.
const std::vector<BuiltinRecipe>& builtin_recipes();

}  // namespace belamy
