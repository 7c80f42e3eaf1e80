// The options that say which extractor judges images.
#pragma once

#include <CLI/CLI.hpp>
#include <string>
#include <vector>

#include "belamy/metrics/extractor.h"

namespace belamy::cli {

struct ExtractorChoice {
  std::string extractor = "auto";  // auto, random, NAME of a built-in one, or a file
  std::string resize;              // "": the extractor's own
  std::vector<int64_t> input;      // of a TorchScript module: C, H, W
  std::vector<double> range = {-1, 1};

  void add_to(CLI::App& app);
};

/// `images` is the shape of what will be judged. Throws as Extractor's makers.
Extractor choose_extractor(const ExtractorChoice& choice, const std::string& data_name,
                           const Shape& images);

}  // namespace belamy::cli
