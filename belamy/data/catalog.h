// The data sets Belamy knows by name.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "belamy/data/dataset.h"

namespace belamy {

/// A plain (not gzipped) IDX file of a data set.
struct CatalogFile {
  std::string name;
  uint64_t bytes = 0;
  std::string sha256;
};

struct CatalogEntry {
  std::string name;
  std::string title;
  std::string origin;
  std::string licence;
  SampleShape shape;
  int64_t train_count = 0;
  int64_t test_count = 0;
  int64_t classes = 0;
  std::vector<CatalogFile> files;  // none: made on the spot
  std::string base = {};           // the data set it is made of, which must be fetched; "": none

  bool needs_files() const { return !files.empty(); }
};

/// The files every MNIST-like data set consists of.
inline constexpr const char* kTrainImages = "train-images-idx3-ubyte";
inline constexpr const char* kTrainLabels = "train-labels-idx1-ubyte";
inline constexpr const char* kTestImages = "t10k-images-idx3-ubyte";
inline constexpr const char* kTestLabels = "t10k-labels-idx1-ubyte";

const std::vector<CatalogEntry>& catalog();

bool is_in_catalog(const std::string& name);

/// Throws kUsage, naming the nearest or all names, for a name that is not in the catalog.
const CatalogEntry& find_in_catalog(const std::string& name);

}  // namespace belamy
