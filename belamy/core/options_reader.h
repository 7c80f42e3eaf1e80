// Reads options from a ConfigValue, strictly: an unknown key, a wrong type or a value out of range
// is one Error (kRecipe) with key, what was expected, what came, the origin, and the nearest name.
#pragma once

#include <string>

#include "belamy/core/config_value.h"
#include "belamy/core/options.h"

namespace belamy {

/// Fields that `table` does not mention keep their values. `path` is the dotted name of the table
/// in messages ("" for the whole file).
void read_options(OptionsRef& options, const ConfigValue& table, const std::string& path = "");

template <class T>
void read_options(T& options, const ConfigValue& table, const std::string& path = "") {
  StructRef<T> ref(options);
  read_options(static_cast<OptionsRef&>(ref), table, path);
}

}  // namespace belamy
