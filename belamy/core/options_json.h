// Options as JSON: for files that other programs read.
#pragma once

#include <nlohmann/json.hpp>
#include <variant>

#include "belamy/core/options.h"

namespace belamy {

/// Every field, in the order visited. One of several structs becomes an object whose first key is
/// `type`; missing optional ones are left out.
nlohmann::ordered_json options_json(OptionsRef& options);
nlohmann::ordered_json options_json(VariantRef& options);

template <class... Ts>
nlohmann::ordered_json options_json(std::variant<Ts...> options) {
  StdVariantRef<Ts...> ref(options);
  return options_json(static_cast<VariantRef&>(ref));
}

}  // namespace belamy
