// A run as one page.
#pragma once

#include <filesystem>
#include <string>

#include "belamy/train/run.h"

namespace belamy {

/// One self-contained HTML page of what is in the run folder, also while it is being trained:
/// figures, samples over time, diagnoses, curves, metrics, networks, recipe. It loads nothing from
/// elsewhere. What is missing is left out; what cannot be read is said. Throws as make_game does.
std::string report_html(const Run& run);

/// PNG bytes of sample grids in a page; of more, evenly spaced grids are taken.
inline constexpr uint64_t kReportPictureBytes = uint64_t{12} << 20;

}  // namespace belamy
