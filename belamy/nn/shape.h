// The shape of one sample, without its batch dimension: [features], or [channels, height, width].
#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace belamy {

using Shape = std::vector<int64_t>;

/// The number of values in a sample of that shape. Throws kShape when it is not within
/// 1..2^31, which no network on one machine needs to leave.
int64_t elements(const Shape& shape);

/// "(None, 1, 28, 28)", as Keras prints it, None standing for the batch.
std::string keras_text(const Shape& shape);

/// "1×28×28"
std::string shape_text(const Shape& shape);

}  // namespace belamy
