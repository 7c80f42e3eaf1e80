// A training of a second: the networks of s3 made small, on the fixture's thousand digits.
#pragma once

#include <filesystem>
#include <nlohmann/json.hpp>
#include <sstream>
#include <string>
#include <vector>

#include "tests/cli/command.h"
#include "tests/support/places.h"

namespace belamy::testing {

inline std::string fixture_images() {
  return fixture("mnist-1000/images-idx3-ubyte.gz");
}

/// Arguments that put the fixture in the place of a recipe's data set.
inline Words on_fixture() {
  return {"--set", "data.name=idx", "--set", "data.path=" + fixture_images()};
}

inline Words operator+(Words words, const Words& more) {
  words.insert(words.end(), more.begin(), more.end());
  return words;
}

/// Steps of 16 images into `out`; `more` are further arguments.
inline Words tiny_training(const std::filesystem::path& out, int steps, const Words& more = {}) {
  return Words{"train",   "s3-scratch",          "--out",     out.string(),
               "--steps", std::to_string(steps), "--threads", "1"} +
         on_fixture() +
         Words{"--set", "generator.layers.1.units=16", "--set", "discriminator.layers.2.units=16",
               "--set", "train.batch_size=16",         "--set", "train.sample_count=4"} +
         more;
}

inline Words tiny_resume(const std::filesystem::path& run, const Words& more = {}) {
  return Words{"train", "--resume", run.string(), "--threads", "1"} + more;
}

/// What log.jsonl says, line by line, its keys in their order.
inline std::vector<nlohmann::ordered_json> log_lines(const std::filesystem::path& run) {
  std::vector<nlohmann::ordered_json> lines;
  std::istringstream log(file_text(run / "log.jsonl"));
  for (std::string line; std::getline(log, line);) {
    lines.push_back(nlohmann::ordered_json::parse(line));
  }
  return lines;
}

inline std::filesystem::path checkpoint_of(const std::filesystem::path& run, int step) {
  std::string digits = std::to_string(step);
  digits.insert(0, 7 - digits.size(), '0');
  return run / "checkpoints" / ("step_" + digits);
}

}  // namespace belamy::testing
