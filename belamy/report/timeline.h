// The sample grids of a run, to look through.
#pragma once

#include <string>

#include "belamy/train/run.h"

namespace belamy {

/// A card with the newest grid and, with the page's script, a slider over all of them; a word where
/// there are none. At most `max_bytes` of PNG files are embedded: of more, evenly spaced ones.
std::string timeline_html(const Run& run, uint64_t max_bytes);

}  // namespace belamy
