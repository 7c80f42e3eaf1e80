// Where fetched data sets live.
#pragma once

#include <filesystem>

namespace belamy {

/// $BELAMY_DATA, else $XDG_CACHE_HOME/belamy/data, else ~/.cache/belamy/data; need not exist yet.
/// As the XDG specification asks, a relative $XDG_CACHE_HOME is ignored.
/// Throws kIo when none of the variables is set.
std::filesystem::path data_cache_folder();

}  // namespace belamy
