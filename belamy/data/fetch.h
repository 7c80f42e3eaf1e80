// Data sets fetched once, verified, and kept in the cache.
#pragma once

#include <filesystem>
#include <functional>
#include <span>
#include <string>

#include "belamy/data/catalog.h"
#include "belamy/data/source.h"

namespace belamy {

/// Called with a line for people whenever a step begins.
using FetchProgress = std::function<void(const std::string& line)>;

/// Whether the data set, or the one it is made of, is in the cache (or needs no files). Throws
/// kUsage for an unknown name.
bool is_fetched(const std::string& name);

/// Puts the data set's files, as plain IDX, into data_cache_folder()/name and returns that folder.
/// Of a data set made of another, that one's. Does nothing when they are there. Every file is
/// verified by SHA-256; the folder appears with all of them or not at all, also when several
/// processes fetch at once. Throws kUsage for an unknown name; kDownload, naming every source and
/// why it failed; kIo when the cache cannot be created or locked.
std::filesystem::path fetch(const std::string& name, const FetchProgress& progress = {});

/// The same for any catalog entry, sources (tried in order) and cache folder.
std::filesystem::path fetch_from(std::span<const Source> sources, const CatalogEntry& entry,
                                 const std::filesystem::path& cache,
                                 const FetchProgress& progress = {});

}  // namespace belamy
