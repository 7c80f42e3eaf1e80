// IDX, the format of MNIST: two zero bytes, a type, the number of dimensions, each dimension as a
// big-endian 32-bit number, then the values.
//
// Format: http://yann.lecun.com/exdb/mnist/
#pragma once

#include <cstdint>
#include <filesystem>
#include <span>
#include <string>
#include <vector>

namespace belamy {

/// Room for EMNIST, six times over what MNIST needs.
inline constexpr uint64_t kMaxIdxBytes = uint64_t{1} << 30;

/// A label's byte becomes eight in memory.
inline constexpr int64_t kMaxIdxSamples = int64_t{1} << 26;

struct IdxArray {
  std::vector<int64_t> dims;    // 1 to 4, each at least 1, the first at most kMaxIdxSamples
  std::vector<uint8_t> values;  // as many as the product of dims
};

/// Reads IDX of unsigned bytes, plain or gzipped (told by content, not name). Throws kData, naming
/// `name` with what was expected and what came, unless the bytes are exactly that.
IdxArray parse_idx(std::span<const uint8_t> bytes, const std::string& name);

/// parse_idx of a file. Throws kIo when it cannot be read.
IdxArray read_idx(const std::filesystem::path& path);

}  // namespace belamy
