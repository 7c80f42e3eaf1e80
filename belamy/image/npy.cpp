#include "belamy/image/npy.h"

#include <fmt/ranges.h>

#include <cstring>
#include <string>

#include "belamy/core/error.h"

namespace belamy {
namespace {

std::vector<uint8_t> encode(const char* dtype, const void* data, size_t count, size_t item_size,
                            const std::vector<int64_t>& shape) {
  int64_t product = 1;
  for (const int64_t dim : shape) product *= dim;
  if (static_cast<size_t>(product) != count) {
    fail(ErrorKind::kShape, "an array of shape {} needs {} values, got {}", fmt::join(shape, "×"),
         product, count);
  }
  // A tuple of one needs its comma: (3,), but (2, 3).
  std::string header = fmt::format("{{'descr': '{}', 'fortran_order': False, 'shape': ({}{}), }}",
                                   dtype, fmt::join(shape, ", "), shape.size() == 1 ? "," : "");
  // Magic, version and length are 10 bytes; the data begin at a multiple of 64.
  constexpr size_t kPreamble = 10, kAlignment = 64;
  const size_t used = kPreamble + header.size() + 1;
  header.append((kAlignment - used % kAlignment) % kAlignment, ' ');
  header += '\n';
  std::vector<uint8_t> bytes = {0x93, 'N', 'U', 'M', 'P', 'Y', 1, 0};
  bytes.push_back(static_cast<uint8_t>(header.size() & 0xff));
  bytes.push_back(static_cast<uint8_t>(header.size() >> 8));
  bytes.insert(bytes.end(), header.begin(), header.end());
  const auto* raw = static_cast<const uint8_t*>(data);
  bytes.insert(bytes.end(), raw, raw + count * item_size);
  return bytes;
}

}  // namespace

std::vector<uint8_t> encode_npy(std::span<const uint8_t> values,
                                const std::vector<int64_t>& shape) {
  return encode("|u1", values.data(), values.size(), 1, shape);
}

std::vector<uint8_t> encode_npy(std::span<const float> values, const std::vector<int64_t>& shape) {
  return encode("<f4", values.data(), values.size(), sizeof(float), shape);
}

}  // namespace belamy
