// Every target by name and program of tests. The programs compare them with what they have, so that
// a folder of tests/fuzz/found can be told to be of no target in either.
#pragma once

#include <string>
#include <vector>

namespace belamy::testing {

inline const std::vector<std::string> kLightTargets = {"idx",   "gzip",   "png",  "gif", "npy",
                                                       "emoji", "events", "toml", "set"};
inline const std::vector<std::string> kTorchTargets = {"recipe",  "safetensors", "checkpoint",
                                                       "log",     "classifier",  "features",
                                                       "metrics", "command_line"};

}  // namespace belamy::testing
