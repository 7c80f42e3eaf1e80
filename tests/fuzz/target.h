// The parsers of outside bytes as fuzzers see them. Each runs under libFuzzer (`make fuzz`), and
// over its seeds and everything ever found in the usual tests.
#pragma once

#include <algorithm>
#include <cstdint>
#include <filesystem>
#include <fstream>
#include <initializer_list>
#include <span>
#include <stdexcept>
#include <string>
#include <vector>

#include "belamy/core/error.h"

namespace belamy::testing {

using FuzzBytes = std::vector<uint8_t>;

struct FuzzTarget {
  const char* name;
  /// Whether the parser took the bytes. Throws what no parser may: anything but the errors it
  /// promises, and a std::logic_error when what it read is not what it should be.
  bool (*takes)(std::span<const uint8_t> bytes);
  /// Small inputs that it takes, to start from.
  std::vector<FuzzBytes> (*seeds)();
};

std::vector<FuzzTarget> data_targets();
std::vector<FuzzTarget> toml_targets();
std::vector<FuzzTarget> recipe_targets();
std::vector<FuzzTarget> run_targets();
std::vector<FuzzTarget> metrics_targets();
std::vector<FuzzTarget> command_targets();

/// Runs the parser; false when it refused with an error of one of `kinds`.
template <class Parse>
bool parses(std::initializer_list<ErrorKind> kinds, Parse&& parse) {
  try {
    parse();
    return true;
  } catch (const Error& error) {
    if (std::find(kinds.begin(), kinds.end(), error.kind()) == kinds.end()) throw;
    return false;
  }
}

inline void require(bool holds, const char* what) {
  if (!holds) throw std::logic_error(what);
}

inline std::string as_text(std::span<const uint8_t> bytes) {
  return {bytes.begin(), bytes.end()};
}

inline FuzzBytes as_bytes(const std::string& text) {
  return {text.begin(), text.end()};
}

/// For what is read from a file.
inline void put_bytes(const std::filesystem::path& path, std::span<const uint8_t> bytes) {
  std::ofstream file(path, std::ios::binary);
  file.write(reinterpret_cast<const char*>(bytes.data()),
             static_cast<std::streamsize>(bytes.size()));
}

}  // namespace belamy::testing
