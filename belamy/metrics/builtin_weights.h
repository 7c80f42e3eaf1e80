// The classifiers that are part of the library; metrics/weights/*.safetensors, embedded at build
// time.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <vector>

namespace belamy {

struct BuiltinWeights {
  std::string data;                // "mnist"
  std::span<const uint8_t> bytes;  // a file of encode_classifier
};

/// In alphabetical order.
const std::vector<BuiltinWeights>& builtin_weights();

}  // namespace belamy
