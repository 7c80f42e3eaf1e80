// Finds the name a user probably meant.
#pragma once

#include <span>
#include <string>
#include <string_view>

namespace belamy {

/// The candidate with the smallest edit distance to `name`, or "" when none is close
/// (more than a third of its letters differ, and neither is a prefix of the other).
std::string nearest_name(std::string_view name, std::span<const std::string> candidates);

/// "; did you mean 'X'?" for the nearest candidate; otherwise "; valid: A, B, C".
std::string suggestion(std::string_view name, std::span<const std::string> candidates);

}  // namespace belamy
