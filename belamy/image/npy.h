// Arrays for numpy.load: the .npy format, version 1.0.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

namespace belamy {

/// A C-contiguous array of that shape, little-endian. Throws kShape when the number of values is
/// not the product of the shape.
std::vector<uint8_t> encode_npy(std::span<const uint8_t> values, const std::vector<int64_t>& shape);
std::vector<uint8_t> encode_npy(std::span<const float> values, const std::vector<int64_t>& shape);

}  // namespace belamy
