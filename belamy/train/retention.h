// Which checkpoints of a run stay.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "belamy/train/run.h"

namespace belamy {

/// Of the checkpoints of `steps` (rising), those that go: neither among the newest
/// train.keep_checkpoints, nor at a multiple of train.keep_every, nor the best.
std::vector<int64_t> superfluous_checkpoints(const std::vector<int64_t>& steps,
                                             const TrainOptions& train,
                                             std::optional<int64_t> best);

void remove_superfluous_checkpoints(const Run& run, std::optional<int64_t> best);

/// Renames a damaged checkpoint so that it no longer counts as one; returns its new place.
std::filesystem::path set_aside(const Run& run, int64_t step);

/// Removes what a killed process left of checkpoints that it was writing or removing.
void remove_leftovers(const Run& run);

}  // namespace belamy
