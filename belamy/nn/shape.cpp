#include "belamy/nn/shape.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "belamy/core/error.h"

namespace belamy {

int64_t elements(const Shape& shape) {
  constexpr int64_t kMost = int64_t{1} << 31;
  int64_t product = 1;
  for (const int64_t dim : shape) {
    if (dim < 1 || dim > kMost || product > kMost / dim) {
      fail(ErrorKind::kShape, "a sample of shape {} is not within 1..2^31 values",
           shape_text(shape));
    }
    product *= dim;
  }
  return product;
}

std::string keras_text(const Shape& shape) {
  return shape.empty() ? "(None)" : fmt::format("(None, {})", fmt::join(shape, ", "));
}

std::string shape_text(const Shape& shape) {
  return fmt::format("{}", fmt::join(shape, "×"));
}

}  // namespace belamy
