// Arrays of numpy.save and numpy.load: the .npy format.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <vector>

namespace belamy {

/// A C-contiguous array of that shape, little-endian, format version 1.0. Throws kShape when the
/// number of values is not the product of the shape.
std::vector<uint8_t> encode_npy(std::span<const uint8_t> values, const std::vector<int64_t>& shape);
std::vector<uint8_t> encode_npy(std::span<const float> values, const std::vector<int64_t>& shape);

struct NpyArray {
  std::string dtype;  // "<f4", "|u1", ...: numpy's word for it
  std::vector<int64_t> shape;
  std::vector<uint8_t> bytes;  // C-contiguous

  /// float32 from "<f4" or, rounded, "<f8". Throws kData, naming `name`, for another dtype.
  std::vector<float> floats(const std::string& name) const;
};

/// Versions 1.0 to 3.0, C-contiguous arrays of little-endian numbers. Throws kData, naming `name`,
/// for anything else, Python objects above all, and for files cut short or too long.
NpyArray decode_npy(std::span<const uint8_t> bytes, const std::string& name);

}  // namespace belamy
