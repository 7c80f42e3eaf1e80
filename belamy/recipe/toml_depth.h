// How deep a TOML text nests, before anything recurses over it.
#pragma once

#include <string_view>

namespace belamy {

/// Twice what a recipe needs and more.
inline constexpr size_t kMostKeyParts = 16;  // a.b.c has three
inline constexpr int kDeepestBrackets = 32;  // lists and inline tables within one another

/// Whether a dotted key or a table's name has more parts than kMostKeyParts, or brackets are opened
/// more than kDeepestBrackets deep. toml++ bounds brackets, at 256, but no keys: a megabyte of
/// "a.a.a." would end in an exhausted stack.
bool is_too_deep_toml(std::string_view text);

}  // namespace belamy
