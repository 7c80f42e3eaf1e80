// A training of milliseconds: points in the plane, tiny networks.
#pragma once

#include <map>
#include <nlohmann/json.hpp>
#include <sstream>
#include <string>
#include <vector>

#include "belamy/core/file.h"
#include "belamy/train/training.h"

namespace belamy::testing {

// The ring recipe with batch normalisation and dropout, so that every kind of state is in play.
inline Recipe tiny(const std::vector<std::string>& overrides = {}) {
  std::vector<std::string> all = {
      "train.steps=12",
      "train.batch_size=16",
      "train.log_every=4",
      "train.sample_every=6",
      "train.checkpoint_every=5",
      "train.sample_count=20",
      "data.order=shuffled",
      "train.precision=fp32",
      "train.pictures=false",
      "generator.layers=[{type=\"dense\", units=8, activation=\"relu\"}, {type=\"batch_norm\"}, "
      "{type=\"dropout\", rate=0.2}, {type=\"dense\", units=2}]"};
  all.insert(all.end(), overrides.begin(), overrides.end());
  return load_recipe("ring", all);
}

inline std::vector<nlohmann::json> log_lines(const std::filesystem::path& folder) {
  std::istringstream text(read_text(folder / "log.jsonl", 1 << 20));
  std::vector<nlohmann::json> lines;
  for (std::string line; std::getline(text, line);) lines.push_back(nlohmann::json::parse(line));
  return lines;
}

inline std::map<std::string, std::vector<uint8_t>> checkpoint_bytes(
    const std::filesystem::path& folder, int64_t step) {
  std::map<std::string, std::vector<uint8_t>> files;
  for (const auto& entry :
       std::filesystem::directory_iterator(folder / "checkpoints" / step_name(step))) {
    files[entry.path().filename()] = read_bytes(entry.path(), 1 << 26);
  }
  return files;
}

}  // namespace belamy::testing
