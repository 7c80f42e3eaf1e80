#include "belamy/data/idx.h"

#include <fmt/ranges.h>

#include "belamy/core/error.h"
#include "belamy/core/file.h"
#include "belamy/data/gzip.h"

namespace belamy {
namespace {

constexpr uint8_t kUnsignedByte = 0x08;
constexpr size_t kMaxDims = 4;

void check_magic(std::span<const uint8_t> bytes, const std::string& name) {
  if (bytes.size() < 4) {
    fail(ErrorKind::kData, "{}: expected an IDX file, got {} bytes", name, bytes.size());
  }
  const bool is_idx = bytes[0] == 0 && bytes[1] == 0;
  if (!is_idx || bytes[2] != kUnsignedByte || bytes[3] < 1 || bytes[3] > kMaxDims) {
    fail(ErrorKind::kData,
         "{}: expected IDX of unsigned bytes (magic 00 00 08 01 to 00 00 08 04), got {:02x} {:02x} "
         "{:02x} {:02x}",
         name, bytes[0], bytes[1], bytes[2], bytes[3]);
  }
}

IdxArray parse_plain(std::span<const uint8_t> bytes, const std::string& name) {
  check_magic(bytes, name);
  const size_t count = bytes[3];
  const size_t header = 4 + 4 * count;
  if (bytes.size() < header) {
    fail(ErrorKind::kData, "{}: an IDX header of {} dimensions has {} bytes, got {}", name, count,
         header, bytes.size());
  }
  IdxArray array;
  uint64_t expected = 1;  // below 2^30 before each product: no overflow
  for (size_t d = 0; d < count; ++d) {
    uint32_t dim = 0;
    for (size_t i = 0; i < 4; ++i) dim = (dim << 8) | bytes[4 + 4 * d + i];
    array.dims.push_back(dim);
    expected *= dim;
    if (expected == 0 || expected > kMaxIdxBytes) {
      fail(ErrorKind::kData, "{}: expected 1..{} values, its IDX header says {}", name,
           kMaxIdxBytes, fmt::join(array.dims, "x"));
    }
    if (array.dims[0] > kMaxIdxSamples) {
      fail(ErrorKind::kData, "{}: expected 1..{} samples, its IDX header says {}; split the file",
           name, kMaxIdxSamples, array.dims[0]);
    }
  }
  const uint64_t found = bytes.size() - header;
  if (found != expected) {
    fail(ErrorKind::kData, "{}: its IDX header says {}, that is {} bytes of values, got {}; {}",
         name, fmt::join(array.dims, "x"), expected, found,
         found < expected ? "the file is cut short" : "something was added at its end");
  }
  array.values.assign(bytes.begin() + static_cast<std::ptrdiff_t>(header), bytes.end());
  return array;
}

}  // namespace

IdxArray parse_idx(std::span<const uint8_t> bytes, const std::string& name) {
  if (!is_gzip(bytes)) return parse_plain(bytes, name);
  return parse_plain(gunzip(bytes, kMaxIdxBytes, name), name);
}

IdxArray read_idx(const std::filesystem::path& path) {
  return parse_idx(read_bytes(path, kMaxIdxBytes), path.string());
}

}  // namespace belamy
