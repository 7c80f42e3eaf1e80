// Options as TOML: the resolved recipe that a run keeps.
#pragma once

#include <string>

#include "belamy/core/options.h"

namespace belamy {

/// Every field, in the order visited. Top-level sections become [tables], what lies deeper is
/// written in line. Empty strings, empty lists and missing sections are left out. Reading the text
/// back gives equal options.
std::string options_toml(OptionsRef& options);

template <class T>
std::string options_toml(T& options) {
  StructRef<T> ref(options);
  return options_toml(static_cast<OptionsRef&>(ref));
}

}  // namespace belamy
