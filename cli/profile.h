// A profile as people read it.
#pragma once

#include <string>
#include <vector>

#include "belamy/core/profile.h"

namespace belamy::cli {

/// A line a stage and kind of work: milliseconds a step, share of the whole, calls a step.
std::string profile_text(const std::vector<ProfileRow>& rows, int64_t steps);

}  // namespace belamy::cli
