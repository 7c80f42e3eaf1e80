// The most recent of a history's checks.
#pragma once

#include <algorithm>

#include "belamy/health/vitals.h"

namespace belamy {

inline VitalsHistory last_checks(VitalsHistory history, size_t count) {
  return history.size() < count ? VitalsHistory() : history.last(count);
}

/// Whether there are that many, and the condition holds of each of the last ones.
template <class Condition>
bool holds_lately(VitalsHistory history, size_t checks, Condition condition) {
  const VitalsHistory last = last_checks(history, checks);
  return !last.empty() && std::ranges::all_of(last, condition);
}

/// The first step that the last `checks` checks cover.
inline int64_t first_step_of(VitalsHistory history, size_t checks) {
  const Vitals& first = history[history.size() - checks];
  return first.step - first.steps + 1;
}

}  // namespace belamy
