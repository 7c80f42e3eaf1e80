// TOML into settings that remember their lines.
#pragma once

#include <string>
#include <string_view>

#include "belamy/core/config_value.h"

namespace belamy {

/// A TOML document. `source` is the file's name for messages. Throws kRecipe with line for text
/// that is not TOML, and for dates, which no recipe needs.
ConfigValue parse_toml(std::string_view text, const std::string& source);

/// Applies "path.to.key=value" on a tree, making tables on the way. `value` is TOML; what is not
/// TOML is taken as a string, so that loss.name=minimax needs no quotes. A number in the path is
/// a list's entry, counted from 1: generator.layers.2.units=512. A changed `type` starts from that
/// type's defaults (see merge). Throws kRecipe.
void apply_override(ConfigValue& tree, const std::string& assignment);

}  // namespace belamy
