// The [data] section of a recipe.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "belamy/core/options.h"
#include "belamy/data/dataset.h"
#include "belamy/data/loader.h"

namespace belamy {

struct DataOptions {
  std::string name = "mnist";
  std::string path;
  std::string labels;
  std::string split = "train";
  int64_t height = 0;
  int64_t width = 0;
  int64_t channels = 1;
  std::string fit = "exact";
  std::vector<double> range = {-1, 1};
  std::string order = "shuffled";
  std::string partner;
  bool mirror = false;
  int64_t classes = 0;

  void visit(OptionsVisitor& v);

  /// Whether samples come from files that `path` names.
  bool is_by_path() const { return name == "idx" || name == "folder"; }

  Order loader_order() const;
  ByteRange byte_range() const;
};

/// Opens what the options describe, two sides where there is a partner. Throws kRecipe when they
/// contradict each other (a path for a named data set, a folder without a size), else as
/// belamy/data/open.h.
std::unique_ptr<Dataset> open_dataset(const DataOptions& options);

}  // namespace belamy
